// What stands on the map above all else, as drawings: the van and the destination.

/**
 * @param {number} width
 * @param {number} height
 * @param {[string, Record<string, string>][]} shapes
 */
function drawing(width, height, shapes) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  for (const [name, attributes] of shapes) {
    const shape = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    svg.append(shape);
  }
  return svg;
}

/** A van from above, its front to the north. */
export function vanElement() {
  const element = document.createElement('div');
  element.className = 'van';
  element.setAttribute('aria-hidden', 'true');
  element.append(
    drawing(56, 56, [
      ['circle', { class: 'halo', cx: '28', cy: '28', r: '27' }],
      ['path', { class: 'disc', d: 'M28 3.2 33.8 9.4A19.6 19.6 0 1 1 22.2 9.4Z' }],
      ['path', { class: 'rim', d: 'M28 3.2 33.8 9.4A19.6 19.6 0 1 1 22.2 9.4Z', 'stroke-linejoin': 'round' }],
      ['rect', { class: 'body', x: '20.5', y: '15', width: '15', height: '26', rx: '3.6' }],
      ['rect', { class: 'body', x: '18.6', y: '19.2', width: '18.8', height: '2.6', rx: '1.3' }],
      ['path', { class: 'glass', d: 'M22.6 21.4Q28 18.2 33.4 21.4L32.4 25H23.6Z' }],
      [
        'path',
        {
          class: 'glass',
          d: 'M23.6 28.5h8.8v1.3h-8.8zM23.6 32.2h8.8v1.3h-8.8zM23.6 35.9h8.8v1.3h-8.8z',
          opacity: '0.55',
        },
      ],
    ]),
  );
  return element;
}

/**
 * A pin with a house, or with a check once the delivery has arrived.
 * @param {string} name
 */
export function targetElement(name) {
  const element = document.createElement('div');
  element.className = 'target';
  element.title = name;
  element.setAttribute('aria-hidden', 'true');
  element.append(
    drawing(44, 54, [
      ['ellipse', { class: 'foot', cx: '22', cy: '51', rx: '7', ry: '2.6' }],
      [
        'path',
        { class: 'pin', d: 'M22 51C16 42 4.5 33.5 4.5 20.500A17.5 17.5 0 1 1 39.5 20.500C39.5 33.5 28 42 22 51Z' },
      ],
      [
        'path',
        {
          class: 'house',
          d: 'M22 11 32 19.6 30.2 21.7 29 20.700V29H24.200V23.200H19.800V29H15V20.700L13.8 21.7 12 19.600Z',
        },
      ],
      [
        'path',
        { class: 'check', d: 'M14.5 20.8 20 26.2 30 15.6', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' },
      ],
    ]),
  );
  return element;
}
