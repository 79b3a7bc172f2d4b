import cytoscape from 'cytoscape';
import { RequirementNeighbourhoodDocument } from 'odras-gateway/client/operations';
import { latest } from '/example/client.js';
import { alertOf, element, linkTo, words } from '/example/dom.js';

const ask = latest();
const dark = matchMedia('(prefers-color-scheme: dark)');

/** How types are drawn and named: a colour of the style sheet, a shape, since colours alone do not tell, and a name. */
const TYPES = {
  Requirement: ['--requirement', 'round-rectangle'],
  Component: ['--component', 'hexagon'],
  KnowledgeChunk: ['--chunk', 'ellipse', 'passage of a document'],
  RequirementConstraint: ['--constraint', 'diamond', 'constraint'],
};
/** Most relationships that are named in the picture. */
const MOST_NAMED = 25;

const typeOf = (type) => TYPES[type] ?? ['--other', 'ellipse'];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Words for the type of a node: its own name, or TestCase, test case. */
const typeName = (type) => typeOf(type)[2] ?? type.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();

const shortened = (text, most) => (text.length > most ? `${text.slice(0, most).replace(/\s+\S*$/, '')}…` : text);

/** The style at a zoom: labels have the same size on every screen, until somebody zooms. */
const style = (zoom) => [
  {
    selector: 'node',
    style: {
      label: (node) => shortened(node.data('label'), 48),
      'background-color': (node) => colour(typeOf(node.data('type'))[0]),
      shape: (node) => typeOf(node.data('type'))[1],
      width: 18 / zoom,
      height: 18 / zoom,
      color: colour('--ink'),
      'font-size': 11 / zoom,
      'text-wrap': 'wrap',
      'text-max-width': 100 / zoom,
      'text-valign': 'bottom',
      'text-margin-y': 3,
      'text-background-color': colour('--paper'),
      'text-background-opacity': 0.8,
    },
  },
  {
    selector: 'node[distance = 0]',
    style: { width: 28 / zoom, height: 28 / zoom, 'font-weight': 'bold', 'border-width': 3 / zoom, 'border-color': colour('--ink') },
  },
  {
    selector: 'edge',
    style: {
      // Among many, only the sentences say what they are.
      label: (edge) => (edge.cy().edges().length > MOST_NAMED ? '' : words(edge.data('label'))),
      width: 1.5 / zoom,
      'arrow-scale': 0.9 / zoom,
      'line-color': colour('--line'),
      'target-arrow-color': colour('--line'),
      'target-arrow-shape': 'triangle',
      'curve-style': 'bezier',
      'font-size': 9 / zoom,
      color: colour('--faint'),
      'text-rotation': 'autorotate',
      'text-background-color': colour('--paper'),
      'text-background-opacity': 0.8,
    },
  },
];

const legend = (types) =>
  element(
    'ul',
    { class: 'legend', 'aria-hidden': 'true' },
    types.map((type) => element('li', { class: `type ${typeOf(type)[0].slice(2)}` }, typeName(type))),
  );

/** The relationships as sentences: what the picture shows, for those who do not see or point at it. */
const sentences = ({ nodes, edges }) => {
  const byId = new Map(nodes.map((one) => [one.data.id, one]));
  const name = (id) => {
    const { data, node } = byId.get(id);
    return data.type === 'Requirement' && node?.id ? element('a', { href: linkTo(node) }, data.label) : element('b', {}, data.label);
  };
  return element(
    'details',
    {},
    element('summary', {}, `The same as ${edges.length} sentences`),
    element(
      'ul',
      {},
      edges.map(({ data }) => element('li', {}, name(data.source), ` ${words(data.label)} `, name(data.target))),
    ),
  );
};

const draw = (canvas, { nodes, edges }) => {
  const graph = cytoscape({
    container: canvas,
    elements: { nodes, edges },
    style: style(1),
    layout: { name: 'cose', animate: false, nodeDimensionsIncludeLabels: true, idealEdgeLength: 90, nodeRepulsion: 9e5, padding: 12 },
    minZoom: 0.2,
    maxZoom: 2,
    // The page scrolls by the wheel; two fingers and the buttons zoom.
    userZoomingEnabled: false,
    autoungrabify: true,
  });
  const ids = new Map(nodes.map(({ data, node }) => [data.id, data.type === 'Requirement' ? node?.id : undefined]));
  graph.on('tap', 'node', ({ target }) => {
    const id = ids.get(target.id());
    if (id) location.hash = linkTo({ id });
  });
  // The layout is as high as it is wide; a canvas that is wider gives labels more room.
  const { w, h } = graph.nodes().boundingBox({ includeLabels: false });
  const stretch = Math.min(Math.max(1, (canvas.clientWidth * h) / (canvas.clientHeight * w)), 2.2);
  graph.nodes().positions((node) => ({ x: node.position('x') * stretch, y: node.position('y') }));
  // Labels take part in the fit, and their size depends on it: the second fit is close enough.
  const fit = () => {
    graph.resize();
    for (let round = 0; round < 2; round += 1) graph.fit(undefined, 8).style(style(Math.min(graph.zoom(), 1)));
    graph.fit(undefined, 8);
  };
  const recolour = () => graph.style(style(Math.min(graph.zoom(), 1)));
  dark.addEventListener('change', recolour);
  const resized = new ResizeObserver(fit);
  resized.observe(canvas);
  return {
    zoom: (by) => graph.zoom({ level: graph.zoom() * by, renderedPosition: { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 } }),
    fit,
    close: () => {
      dark.removeEventListener('change', recolour);
      resized.disconnect();
      graph.destroy();
    },
  };
};

let open;

/** The section with the graph around a requirement: it fills itself, and again when another depth is chosen. */
export const graphSection = (requirement) => {
  const canvas = element('div', { class: 'canvas', role: 'img' });
  const below = element('div');
  const depth = element(
    'select',
    { onchange: () => fill() },
    [1, 2].map((steps) => element('option', { value: steps }, steps === 1 ? '1 step' : `${steps} steps`)),
  );
  const button = (text, label, act) => element('button', { type: 'button', 'aria-label': label, onclick: () => open && act(open) }, text);
  const section = element(
    'section',
    { class: 'graph' },
    element('h3', {}, 'Around it in the graph ', element('small', { class: 'store' }, 'Neo4j')),
    element(
      'p',
      { class: 'tools' },
      element('label', {}, 'Up to ', depth),
      button('+', 'Zoom in', ({ zoom }) => zoom(1.25)),
      button('−', 'Zoom out', ({ zoom }) => zoom(0.8)),
      button('Fit', 'Fit the whole graph', ({ fit }) => fit()),
    ),
    canvas,
    below,
  );
  const fill = async () => {
    const answer = await ask(RequirementNeighbourhoodDocument, { requirement, depth: Number(depth.value), limit: 30 });
    if (!answer || !section.isConnected) return;
    const around = answer.data?.requirement?.neighbourhood;
    open?.close();
    open = undefined;
    if (!around) return void below.replaceChildren(alertOf(answer.errors ?? []));
    const others = around.nodes.length - 1;
    canvas.setAttribute('aria-label', `${others} neighbours and ${around.edges.length} relationships; the sentences below say the same.`);
    below.replaceChildren(
      legend([...new Set(around.nodes.map(({ data }) => data.type))]),
      around.truncated ? element('p', { class: 'facts' }, `The nearest ${others} are shown; there are more.`) : '',
      sentences(around),
    );
    open = draw(canvas, around);
  };
  queueMicrotask(fill);
  return section;
};
