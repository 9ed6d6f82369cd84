// How the city looks: one palette for light, one for dark, and the layers that use them.
//
// Colours carry the order of streets more than widths do, so that the map stays calm; buildings and lanes come in when
// there is room for them. Text is drawn with the page's font, and with the reader's where that has no
// letter: the style names no glyphs.

const light = {
  sea: '#b9d5d9',
  shoal1: '#bdd8db',
  shoal2: '#c2dbdd',
  shoal3: '#c9dfdf',
  shore: '#93b6b8',
  land: '#f5f0e5',
  centre: '#f1e6d6',
  residential: '#f4eee1',
  industry: '#e9e4e2',
  harbour: '#e4e3e1',
  station: '#e2dcdd',
  park: '#cfe0b8',
  forest: '#bcd3a8',
  allotment: '#dbe4bd',
  field: '#ebe9cd',
  cemetery: '#cfdcc0',
  square: '#f4e5cb',
  beach: '#f8e9c4',
  parkEdge: '#b4cb9b',
  water: '#b9d5d9',
  building: '#e5d9c6',
  buildingEdge: '#d5c6ae',
  buildingShade: '#d9ccb7',
  street: '#ffffff',
  streetEdge: '#dccfb9',
  main: '#fff3d2',
  mainEdge: '#dcbf85',
  primary: '#fde2a4',
  primaryEdge: '#d2a758',
  motorway: '#f2b988',
  motorwayEdge: '#c47f4a',
  path: '#cdb99a',
  rail: '#a39c96',
  railGap: '#f5f0e5',
  text: '#4d4a44',
  streetText: '#5f574b',
  districtText: '#7b4a2f',
  parkText: '#3f6531',
  waterText: '#32676f',
  placeText: '#4a3d34',
  halo: '#fbf7ee',
  waterHalo: '#c9dfe1',
  mark: '#7b4a2f',
  ahead: '#0b6a66',
  aheadEdge: '#ffffff',
  trail: '#0b6a66',
  trailOpacity: 0.32,
};

/** @type {typeof light} */
const dark = {
  sea: '#0a161d',
  shoal1: '#0b1920',
  shoal2: '#0d1c24',
  shoal3: '#102129',
  shore: '#2b434d',
  land: '#1a2429',
  centre: '#20292c',
  residential: '#1c262b',
  industry: '#1e2630',
  harbour: '#1f2831',
  station: '#242a33',
  park: '#1b3129',
  forest: '#182d25',
  allotment: '#203129',
  field: '#1f2a27',
  cemetery: '#1f322c',
  square: '#2b302e',
  beach: '#302f27',
  parkEdge: '#264136',
  water: '#0a161d',
  building: '#263238',
  buildingEdge: '#33424a',
  buildingShade: '#12191d',
  street: '#3b4a52',
  streetEdge: '#131c20',
  main: '#506069',
  mainEdge: '#131c20',
  primary: '#6d7067',
  primaryEdge: '#12191c',
  motorway: '#8c6f52',
  motorwayEdge: '#15191b',
  path: '#3d4a4c',
  rail: '#5b6970',
  railGap: '#1a2429',
  text: '#c3cdcc',
  streetText: '#b3bfc0',
  districtText: '#e3b795',
  parkText: '#93bd93',
  waterText: '#79aab5',
  placeText: '#d8cfc3',
  halo: '#141d21',
  waterHalo: '#0a161d',
  mark: '#e3b795',
  ahead: '#6fd8c8',
  aheadEdge: '#0d1a1d',
  trail: '#6fd8c8',
  trailOpacity: 0.38,
};

/** @typedef {typeof light} Palette */

/** @param {boolean} isDark @returns {Palette} */
export const palette = (isDark) => (isDark ? dark : light);

const FONT = ['Figtree', 'system-ui', 'Segoe UI', 'Roboto', 'Noto Sans'];
// The weight is read from the name of the first font, which need not exist.
const STRONG = ['Track Bold', ...FONT];
const MEDIUM = ['Track Medium', ...FONT];
const SLANTED = ['Track Medium Italic', ...FONT];

/** @param {...number} stops zoom and width by turns */
const byZoom = (...stops) => ['interpolate', ['exponential', 1.6], ['zoom'], ...stops];

/** Widths of streets from zoom 11 to 19, and the zoom at which they come in. */
const STREETS = [
  { class: 'path', from: 15, width: [15, 0.8, 19, 5], fill: 'path', edge: null },
  { class: 'service', from: 14, width: [14, 0.8, 16, 3, 19, 13], fill: 'street', edge: 'streetEdge' },
  { class: 'lane', from: 13, width: [13, 0.7, 15, 2.6, 17, 8, 19, 18], fill: 'street', edge: 'streetEdge' },
  { class: 'residential', from: 12.3, width: [12, 0.5, 14, 2, 16, 7.5, 19, 30], fill: 'street', edge: 'streetEdge' },
  { class: 'tertiary', from: 11.5, width: [11, 0.7, 13, 1.9, 15, 5.4, 19, 38], fill: 'street', edge: 'streetEdge' },
  { class: 'secondary', from: 10, width: [11, 1.1, 13, 2.8, 15, 7, 19, 44], fill: 'main', edge: 'mainEdge' },
  { class: 'primary', from: 9, width: [11, 1.6, 13, 3.6, 15, 8.6, 19, 50], fill: 'primary', edge: 'primaryEdge' },
  { class: 'motorway', from: 8, width: [11, 2.2, 13, 4.6, 15, 9.6, 19, 54], fill: 'motorway', edge: 'motorwayEdge' },
];

/** @param {Palette} c @param {boolean} bridge */
function streetLayers(c, bridge) {
  const suffix = bridge ? '-bridge' : '';
  const layers = [];
  const cap = bridge ? 'butt' : 'round';
  for (const street of STREETS) {
    if (!street.edge) continue;
    const edged = street.width.map((value, i) =>
      i % 2 === 0 ? value : value + Math.min(bridge ? 4 : 2.2, 0.7 + value * 0.35),
    );
    layers.push({
      id: `${street.class}-edge${suffix}`,
      type: 'line',
      source: 'streets',
      minzoom: Math.max(street.from, 12.5),
      filter: ['all', ['==', ['get', 'class'], street.class], ['==', ['get', 'bridge'], bridge]],
      layout: { 'line-cap': cap, 'line-join': 'round' },
      paint: { 'line-color': c[street.edge], 'line-width': byZoom(...edged) },
    });
  }
  for (const street of STREETS) {
    layers.push({
      id: `${street.class}${suffix}`,
      type: 'line',
      source: 'streets',
      minzoom: street.from,
      filter: ['all', ['==', ['get', 'class'], street.class], ['==', ['get', 'bridge'], bridge]],
      layout: { 'line-cap': street.edge ? 'round' : 'butt', 'line-join': 'round' },
      paint: {
        'line-color': c[street.fill],
        'line-width': byZoom(...street.width),
        ...(street.edge ? {} : { 'line-dasharray': [2.2, 1.4] }),
      },
    });
  }
  return layers;
}

/** The layers of streets' names. */
export const STREET_NAMES = ['lanes-name', 'side-streets-name', 'through-streets-name', 'main-streets-name'];

/**
 * Where streets' names stand: on the street, but beside one that the path lies on.
 * @param {string[]} names of the streets on the path
 */
export const nameOffset = (names) => [
  'case',
  ['in', ['get', 'name'], ['literal', names]],
  ['literal', [0, 1.25]],
  ['literal', [0, 0]],
];

/** @param {Palette} c */
function textLayers(c) {
  /** @param {string} color @param {string} [halo] */
  const ink = (color, halo = c.halo) => ({
    'text-color': color,
    'text-halo-color': halo,
    'text-halo-width': 1.5,
    'text-halo-blur': 0.4,
  });
  return [
    ...[
      { id: 'lanes', from: 15.6, low: -1, high: 3 },
      { id: 'side-streets', from: 14.7, low: 3, high: 4 },
      { id: 'through-streets', from: 13.6, low: 4, high: 6 },
      { id: 'main-streets', from: 12.8, low: 6, high: 9 },
    ].map(({ id, from, low, high }) => ({
      id: `${id}-name`,
      type: 'symbol',
      source: 'names',
      minzoom: from,
      filter: ['all', ['==', ['get', 'kind'], 'street'], ['>=', ['get', 'rank'], low], ['<', ['get', 'rank'], high]],
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 320,
        'symbol-sort-key': ['-', 0, ['get', 'rank']],
        'text-field': ['get', 'name'],
        'text-font': MEDIUM,
        'text-size': ['interpolate', ['linear'], ['zoom'], 13, 10.5, 16, 12.5, 19, 16],
        'text-letter-spacing': 0.02,
        'text-max-angle': 32,
        'text-padding': 6,
      },
      paint: ink(c.streetText),
    })),
    {
      id: 'river-name',
      type: 'symbol',
      source: 'names',
      minzoom: 11.5,
      filter: ['==', ['get', 'kind'], 'river'],
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 420,
        'text-field': ['get', 'name'],
        'text-font': SLANTED,
        'text-size': ['interpolate', ['linear'], ['zoom'], 12, 12, 17, 17],
        'text-letter-spacing': 0.14,
        'text-max-angle': 40,
      },
      paint: ink(c.waterText, c.waterHalo),
    },
    {
      id: 'water-name',
      type: 'symbol',
      source: 'labels',
      minzoom: 13,
      filter: ['==', ['get', 'kind'], 'water'],
      layout: {
        'text-field': ['get', 'name'],
        'text-font': SLANTED,
        'text-size': 12.5,
        'text-max-width': 7,
        'text-letter-spacing': 0.05,
        'symbol-sort-key': ['-', 0, ['get', 'size']],
      },
      paint: ink(c.waterText, c.waterHalo),
    },
    {
      id: 'park-name',
      type: 'symbol',
      source: 'labels',
      minzoom: 13,
      filter: ['all', ['==', ['get', 'kind'], 'park'], ['any', ['>=', ['zoom'], 14.5], ['>', ['get', 'size'], 1.2e-5]]],
      layout: {
        'text-field': ['get', 'name'],
        'text-font': MEDIUM,
        'text-size': 12.5,
        'text-max-width': 7,
        'symbol-sort-key': ['-', 0, ['get', 'size']],
      },
      paint: ink(c.parkText),
    },
    {
      id: 'place-name',
      type: 'symbol',
      source: 'places',
      minzoom: 13.4,
      layout: {
        'icon-image': ['concat', 'place-', ['get', 'kind']],
        'text-field': ['get', 'name'],
        'text-font': MEDIUM,
        'text-size': ['interpolate', ['linear'], ['zoom'], 13, 11.5, 17, 13.5],
        'text-variable-anchor-offset': ['left', [1.1, 0], 'right', [-1.1, 0], 'top', [0, 1], 'bottom', [0, -1]],
        'text-justify': 'auto',
        'text-max-width': 8,
        'text-optional': true,
      },
      paint: ink(c.placeText),
    },
    {
      id: 'district-name',
      type: 'symbol',
      source: 'labels',
      minzoom: 10.5,
      maxzoom: 16,
      filter: ['==', ['get', 'kind'], 'district'],
      layout: {
        'text-field': ['upcase', ['get', 'name']],
        'text-font': STRONG,
        'text-size': ['interpolate', ['linear'], ['zoom'], 11, 10, 15, 13.5],
        'text-letter-spacing': 0.14,
        'text-max-width': 8,
        'text-padding': 10,
      },
      paint: { ...ink(c.districtText), 'text-opacity': ['interpolate', ['linear'], ['zoom'], 14.8, 0.95, 15.9, 0.25] },
    },
  ];
}

/** @param {Palette} c */
export function layers(c) {
  return [
    { id: 'sea', type: 'background', paint: { 'background-color': c.sea } },
    // Shallow water along the coast, as charts show it.
    ...[
      { id: 'shoal-1', color: c.shoal1, width: [10, 12, 13, 60, 16, 260] },
      { id: 'shoal-2', color: c.shoal2, width: [10, 7, 13, 34, 16, 150] },
      { id: 'shoal-3', color: c.shoal3, width: [10, 3, 13, 14, 16, 64] },
    ].map(({ id, color, width }) => ({
      id,
      type: 'line',
      source: 'coast',
      layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': color, 'line-width': byZoom(...width), 'line-blur': byZoom(10, 1, 13, 6, 16, 26) },
    })),
    { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': c.land } },
    {
      id: 'areas',
      type: 'fill',
      source: 'areas',
      paint: {
        'fill-color': [
          'match',
          ['get', 'kind'],
          'centre',
          c.centre,
          'industry',
          c.industry,
          'harbour',
          c.harbour,
          'station',
          c.station,
          'residential',
          c.residential,
          c.land,
        ],
      },
    },
    {
      id: 'parks',
      type: 'fill',
      source: 'parks',
      paint: {
        'fill-color': [
          'match',
          ['get', 'kind'],
          'forest',
          c.forest,
          'allotment',
          c.allotment,
          'field',
          c.field,
          'cemetery',
          c.cemetery,
          'square',
          c.square,
          'beach',
          c.beach,
          c.park,
        ],
      },
    },
    {
      id: 'parks-edge',
      type: 'line',
      source: 'parks',
      minzoom: 13,
      filter: ['match', ['get', 'kind'], ['park', 'forest', 'cemetery', 'allotment'], true, false],
      paint: { 'line-color': c.parkEdge, 'line-width': byZoom(13, 0.4, 17, 1.4) },
    },
    { id: 'water', type: 'fill', source: 'water', paint: { 'fill-color': c.water } },
    {
      id: 'shore',
      type: 'line',
      source: 'banks',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': c.shore, 'line-width': byZoom(10, 0.5, 17, 1.8) },
    },
    {
      id: 'buildings-shade',
      type: 'fill',
      source: 'buildings',
      minzoom: 15.2,
      paint: {
        'fill-color': c.buildingShade,
        'fill-translate': ['interpolate', ['linear'], ['zoom'], 15, ['literal', [0.5, 0.8]], 18, ['literal', [3, 4.5]]],
        'fill-opacity': ['interpolate', ['linear'], ['zoom'], 15.2, 0, 16, 0.8],
      },
    },
    {
      id: 'buildings',
      type: 'fill',
      source: 'buildings',
      minzoom: 13.6,
      paint: {
        'fill-color': c.building,
        'fill-outline-color': c.buildingEdge,
        'fill-opacity': ['interpolate', ['linear'], ['zoom'], 13.6, 0, 14.6, 1],
      },
    },
    ...streetLayers(c, false),
    {
      id: 'rail',
      type: 'line',
      source: 'rail',
      layout: { 'line-join': 'round' },
      paint: { 'line-color': c.rail, 'line-width': byZoom(11, 0.8, 14, 2, 18, 6) },
    },
    {
      id: 'rail-gap',
      type: 'line',
      source: 'rail',
      minzoom: 13,
      layout: { 'line-join': 'round' },
      paint: { 'line-color': c.railGap, 'line-width': byZoom(13, 0.6, 14, 1, 18, 3.6), 'line-dasharray': [7, 7] },
    },
    ...streetLayers(c, true),
    // The delivery: over the streets, under their names.
    {
      id: 'trail',
      type: 'line',
      source: 'trail',
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': c.trail, 'line-width': byZoom(11, 3.5, 15, 6, 18, 12), 'line-opacity': c.trailOpacity },
    },
    {
      id: 'ahead-edge',
      type: 'line',
      source: 'ahead',
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': c.aheadEdge, 'line-width': byZoom(11, 6, 15, 9.5, 18, 18), 'line-opacity': 0.9 },
    },
    {
      id: 'ahead',
      type: 'line',
      source: 'ahead',
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': c.ahead, 'line-width': byZoom(11, 3, 15, 5.5, 18, 12) },
    },
    ...textLayers(c),
  ];
}
