// The signs of places, drawn when the map asks for them and again when the colours change.

const SIZE = 20;

/** Strokes in a box of 20 by 20, for each kind of place. @type {Record<string, string>} */
const SIGNS = {
  station:
    'M7 5.5h6a1 1 0 0 1 1 1v5a1.5 1.5 0 0 1-1.5 1.5h-5A1.5 1.5 0 0 1 6 11.5v-5a1 1 0 0 1 1-1ZM6 9.5h8M7.5 15l1-2M12.5 15l-1-2',
  hospital: 'M10 5.5v9M5.5 10h9',
  university: 'M4.5 8.5 10 6l5.5 2.5L10 11ZM7 10v3.2q3 1.6 6 0V10',
  harbour: 'M10 7.5V15M10 7.5a1.3 1.3 0 1 1 0-2.6 1.3 1.3 0 0 1 0 2.6ZM5.5 11q.5 4 4.5 4t4.5-4M8 9.2h4',
  market: 'M5.5 9.5 6.5 6h7l1 3.5ZM6.5 9.5V14.5h7V9.5',
  landmark: 'M10 5l1.5 3.2 3.5.4-2.6 2.4.7 3.5L10 12.8 6.9 14.5l.7-3.5L5 8.6l3.5-.4Z',
  square: 'M7 7h6v6H7Z',
  other: 'M10 9.8v.4',
};

/**
 * @param {any} map
 * @param {{ mark: string, halo: string }} colours
 * @param {(isDark: boolean) => { mark: string, halo: string }} palette
 * @param {MediaQueryList} scheme
 */
export function icons(map, colours, palette, scheme) {
  const ratio = Math.min(3, Math.max(2, Math.ceil(devicePixelRatio)));

  /** @param {string} kind @param {{ mark: string, halo: string }} with_ */
  function draw(kind, with_) {
    const canvas = document.createElement('canvas');
    canvas.width = SIZE * ratio;
    canvas.height = SIZE * ratio;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.scale(ratio, ratio);
    context.fillStyle = with_.mark;
    context.strokeStyle = with_.halo;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(10, 10, 8.6, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.lineWidth = 1.4;
    context.stroke(new Path2D(SIGNS[kind] ?? SIGNS.other));
    return context.getImageData(0, 0, canvas.width, canvas.height);
  }

  map.on('styleimagemissing', (/** @type {{ id: string }} */ event) => {
    if (event.id.startsWith('place-') && !map.hasImage(event.id))
      map.addImage(event.id, draw(event.id.slice(6), palette(scheme.matches)), { pixelRatio: ratio });
  });
  const known = Object.keys(SIGNS);
  map.once('styledata', () => {
    for (const kind of known)
      if (!map.hasImage(`place-${kind}`)) map.addImage(`place-${kind}`, draw(kind, colours), { pixelRatio: ratio });
  });
  scheme.addEventListener('change', () => {
    for (const kind of known)
      if (map.hasImage(`place-${kind}`)) map.updateImage(`place-${kind}`, draw(kind, palette(scheme.matches)));
  });
}
