// The words: status, window of arrival, timeline, proof, and what is said aloud.
//
// It writes what it is given into the page's elements, and only where it changed: a screen reader hears a region that is
// written again. Everything that comes from outside is set as text.

import { formats, moment } from './format.js';

/** @typedef {ReturnType<typeof import('./texts.js').texts>['t']} Texts */
/** @typedef {import('./connection.js').Link} Link */

const STEPS = ['PACKED', 'HANDED_OVER', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED'];
/** @type {Record<string, string>} */
const TONES = { DELIVERED: 'good', ATTEMPTED: 'warn', RETURNED: 'warn', LOST: 'bad', CANCELLED: 'bad' };
/** Statuses after which nothing comes. */
export const OVER = ['DELIVERED', 'RETURNED', 'LOST', 'CANCELLED'];
/** How long a lost connection is borne before it is spoken of, in milliseconds. */
const PATIENCE = 2_500;
/** How often changes of the window alone are said aloud, in milliseconds. */
const SPOKEN_AGAIN = 60_000;

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} id @param {string} text */
function write(id, text) {
  const target = element(id);
  if (target.textContent !== text) target.textContent = text;
}

/** @param {string} id @param {boolean} shown */
function show(id, shown) {
  element(id).hidden = !shown;
}

/** @param {string} tag @param {string} text @param {string} [className] */
function make(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/**
 * The text of a status, or of "in progress" for one that this page does not know.
 * @param {Record<string, string>} table
 * @param {string} key
 */
const named = (table, key) => (Object.hasOwn(table, key) ? table[key] : table.OTHER);

/**
 * @param {Texts} t
 * @param {string} locale
 */
export function panel(t, locale) {
  const format = formats(locale, t);
  /** @type {any} */
  let tracking = null;
  /** @type {Link} */
  let link = 'connecting';
  /** @type {Map<string, string>} what each list was made of */
  const made = new Map();
  let spokenStatus = '';
  let spokenWindow = '';
  let spokenAt = -Infinity;
  let spokenLost = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;

  for (const [id, text] of /** @type {[string, string][]} */ ([
    ['skip', t.skipMap],
    ['handle-label', t.details],
    ['timeline-label', t.timeline],
    ['number-label', t.tracking],
    ['proof-label', t.proof],
    ['copy', t.copy],
    ['headline', t.connectingHeadline],
    ['follow-text', t.follow],
  ]))
    write(id, text);
  element('copy').setAttribute('aria-label', t.copyLabel);
  element('zoom-in').setAttribute('aria-label', t.zoomIn);
  element('zoom-out').setAttribute('aria-label', t.zoomOut);
  element('map').setAttribute('aria-label', t.map);
  element('copy').addEventListener('click', copy);

  async function copy() {
    const button = element('copy');
    const text = await navigator.clipboard.writeText(tracking.trackingNumber).then(
      () => t.copied,
      () => t.copyFailed,
    );
    button.textContent = text;
    say(text);
    setTimeout(() => (button.textContent = t.copy), 2_000);
  }

  /** @param {string} text */
  function say(text) {
    write('announce', text);
  }

  /**
   * Makes a list anew where what it is made of changed.
   * @param {string} id
   * @param {unknown} of
   * @param {() => HTMLElement[]} build
   */
  function list(id, of, build) {
    const key = JSON.stringify(of);
    if (made.get(id) === key) return;
    made.set(id, key);
    element(id).replaceChildren(...build());
  }

  function render() {
    if (!tracking) return;
    const status = named(t.status, tracking.status);
    const { zone, isTold } = format.zone(tracking.timeZone);
    document.title = t.title(status);
    document.body.dataset.tone = TONES[tracking.status] ?? '';
    showLink();
    write('headline', status);

    const onTheWay = tracking.status === 'OUT_FOR_DELIVERY';
    const note = Object.hasOwn(t.note, tracking.status)
      ? /** @type {Record<string, string>} */ (t.note)[tracking.status]
      : onTheWay && !tracking.courier?.position
        ? withoutVan()
        : '';
    show('note', note !== '');
    write('note', note);

    const step = STEPS.indexOf(tracking.status);
    show('progress', step >= 0 || tracking.status === 'CREATED');
    element('progress')
      .querySelectorAll('i')
      .forEach((bar, i) => {
        bar.classList.toggle('done', i < step || (i === step && tracking.status === 'DELIVERED'));
        bar.classList.toggle('current', i === step && tracking.status !== 'DELIVERED');
      });

    const events = tracking.events ?? [];
    show('timeline-section', true);
    list('timeline', [events, zone, format.day(new Date(), zone, new Date())], () => {
      if (events.length === 0) return [make('li', t.noEvents)];
      return [...events].reverse().map((/** @type {any} */ event) => {
        const row = document.createElement('li');
        row.append(make('p', named(t.event, event.status), 'what'));
        const at = moment(event.at);
        if (at) {
          const time = /** @type {HTMLTimeElement} */ (make('time', format.dayAndTime(at, zone, new Date())));
          time.dateTime = at.toISOString();
          row.append(time);
        }
        if (event.place) row.append(make('span', `${at ? ' · ' : ''}${event.place}`, 'place'));
        return row;
      });
    });

    show('number-section', Boolean(tracking.trackingNumber));
    write('number', tracking.trackingNumber ?? '');
    renderProof(tracking.proof, zone);

    show('zone', !isTold || zone !== format.zone(null).zone);
    write('zone', (isTold ? t.zone : t.ownZone)(format.zoneName(zone, new Date())));
    tick();
    speak(status);
  }

  /** What is said instead of where the van is: it is not on the road yet, or too far away to be shown. */
  function withoutVan() {
    return tracking.courier ? t.farAway(tracking.courier.name || t.courier) : t.waitingForVan;
  }

  /** @param {any} proof @param {string} zone */
  function renderProof(proof, zone) {
    show('proof', Boolean(proof));
    if (!proof) return;
    write('proof-kind', named(t.proofKind, proof.kind));
    const at = moment(proof.at);
    const when = at ? format.dayAndTime(at, zone, new Date()) : '';
    // Of a safe place it says where that is.
    const by = proof.receivedBy && proof.kind !== 'SAFE_PLACE' ? t.receivedBy(proof.receivedBy) : proof.receivedBy;
    write('proof-by', [by, when].filter(Boolean).join(' · '));
  }

  /** Whether what is shown is live is of interest for as long as something can come. */
  function showLink() {
    const over = tracking !== null && OVER.includes(tracking.status);
    show('link', link !== 'ended' && link !== 'notFound' && !over);
    write('link-text', t.link[link]);
  }

  /** What changes by time alone. */
  function tick() {
    if (!tracking) return;
    const { zone } = format.zone(tracking.timeZone);
    const now = new Date();
    const window = arrival();
    const came = tracking.status === 'DELIVERED' ? moment(tracking.proof?.at ?? tracking.events?.at(-1)?.at) : null;
    show('eta', window !== null || came !== null);
    if (came) {
      write('eta-label', t.arrived(format.day(came, zone, now)));
      write('eta-window', format.time(came, zone));
      write('eta-left', '');
      write('stops', '');
    }
    if (!window) return;
    write(
      'eta-label',
      format.isToday(window.earliest, zone, now) ? t.eta : t.etaOn(format.day(window.earliest, zone, now)),
    );
    const from = format.time(window.earliest, zone);
    const to = format.time(window.latest, zone);
    write('eta-window', from === to ? from : t.window(from, to));
    const today = format.isToday(window.expected, zone, now);
    write('eta-left', (today && format.left(window.expected.getTime() - now.getTime())) || '');
    write('stops', typeof tracking.stopsBefore === 'number' ? t.stops(tracking.stopsBefore) : '');
  }

  function arrival() {
    const eta = tracking?.eta;
    const earliest = moment(eta?.earliest);
    const latest = moment(eta?.latest);
    const expected = moment(eta?.expected);
    const any = expected ?? earliest ?? latest;
    if (!any || OVER.includes(tracking.status)) return null;
    return { earliest: earliest ?? any, latest: latest ?? any, expected: any };
  }

  /** @param {{ earliest: Date, latest: Date }} window @param {string} zone */
  function spokenWindowOf({ earliest, latest }, zone) {
    const day = format.day(earliest, zone, new Date());
    return `${day} ${t.windowSpoken(format.time(earliest, zone), format.time(latest, zone))}`;
  }

  /** Says a changed status at once, and a changed window from time to time. @param {string} status */
  function speak(status) {
    const { zone } = format.zone(tracking.timeZone);
    const window = arrival();
    const spoken = window ? t.spokenEta(spokenWindowOf(window, zone)) : '';
    const changed = tracking.status !== spokenStatus;
    if (!changed && (spoken === spokenWindow || spoken === '' || performance.now() - spokenAt < SPOKEN_AGAIN)) return;
    say([changed ? t.spokenStatus(status) : '', spoken].filter(Boolean).join(' '));
    spokenStatus = tracking.status;
    spokenWindow = spoken;
    spokenAt = performance.now();
  }

  return {
    format,
    tick,

    /** @param {any} state */
    setState(state) {
      tracking = state;
      render();
    },

    /** @param {Link} now */
    setLink(now) {
      if (link === now && now !== 'connecting') return;
      link = now;
      document.body.classList.toggle('connecting', now === 'connecting');
      document.body.classList.toggle('live', now === 'live');
      document.body.classList.toggle('lost-link', now === 'lost');
      showLink();
      clearTimeout(patience);
      if (now !== 'lost') show('lost', false);
      if (now === 'live' && spokenLost) {
        spokenLost = false;
        say(t.spokenBack);
      }
      if (now === 'lost') {
        patience = setTimeout(() => {
          show('lost', true);
          write('lost', tracking ? t.lostNote : t.lostEmpty);
          if (!spokenLost) say(t.spokenLost);
          spokenLost = true;
        }, PATIENCE);
      }
      if (now === 'notFound') wrong();
    },

    /**
     * Where the van is, in words, and when it was seen last if that is long ago.
     * @param {string} words
     * @param {string} seen
     * @param {string} [otherwise] what the map shows where there is no van
     */
    setWhere(words, seen, otherwise = '') {
      show('where', words !== '');
      write('where-text', words);
      write('seen', seen);
      write('map-words', [words, seen].filter(Boolean).join(' ') || otherwise);
    },

    /** @param {boolean} toVan */
    setFollow(toVan) {
      write('follow-text', toVan ? t.follow : t.overview);
    },

    /** @param {string} text */
    setNoMap(text) {
      show('no-map', true);
      document.documentElement.classList.add('mapless');
      write('no-map', text);
    },
  };

  /** The link leads nowhere, or no longer: what was shown is taken away. */
  function wrong() {
    tracking = null;
    for (const id of ['eta', 'progress', 'where', 'details', 'lost']) show(id, false);
    show('handle', false);
    document.body.dataset.tone = '';
    document.title = t.wrongHeadline;
    write('headline', t.wrongHeadline);
    show('note', true);
    write('note', t.wrongText);
    say(`${t.wrongHeadline}. ${t.wrongText}`);
  }
}
