// A made-up delivery in each of its states, as the subscription tells it to whoever has the link.

const MINUTE = 60_000;
/** How fast the van goes, in metres a second, and how long it stands at the last door, in seconds. */
const SPEED = 9.5;
const AT_THE_DOOR = 150;

/** Scenarios in which a position comes again and again. */
export const MOVING = ['normal', 'last', 'arriving', 'flaky', 'silent', 'gone', 'dropped', 'unknown'];
/** After how many positions the delivery of `arriving` has arrived. */
const ARRIVES_AFTER = 6;

/**
 * @param {object} options
 * @param {any} options.city the city's document
 * @param {{ total: number, at: (metres: number) => any }} options.route the way of the van
 * @param {number} options.from the share of the way that is behind it at first
 * @param {number} options.speed how much faster than a van it goes
 * @param {number} options.began when that was, in milliseconds
 * @returns {(scenario: string, sent: number) => any} the state of a scenario, of which so many were sent before
 */
export function deliveries({ city, route, from, speed, began }) {
  const depot = city.depots[0].name;
  const iso = (at) => new Date(at).toISOString();
  const event = (status, ago, place = null) => ({ status, at: iso(began - ago * MINUTE), place });
  const happened = [
    event('CREATED', 26 * 60),
    event('PACKED', 22 * 60),
    event('HANDED_OVER', 16 * 60, 'Werkstatt am Kanal'),
    event('IN_TRANSIT', 9 * 60, depot),
    event('OUT_FOR_DELIVERY', 64, depot),
  ];

  /** What is so of a parcel that no courier has. The version is that of the parcel: positions come without a new one. */
  function parcel(status, events) {
    return {
      version: events.length,
      trackingNumber: 'SK-4829-7731-06',
      status,
      eta: null,
      stopsBefore: null,
      courier: null,
      destination: null,
      pathAhead: [],
      events,
      proof: null,
      timeZone: city.timeZone,
    };
  }

  function onTheRoad(scenario, status, events) {
    const now = Date.now();
    // The van starts anew when it has arrived.
    const start = route.total * from;
    const metres = start + ((((now - began) / 1_000) * SPEED * speed) % (route.total - start));
    const here = route.at(metres);
    const left = ((route.total - metres) / SPEED + AT_THE_DOOR) * 1_000;
    const isNext = scenario === 'last' || scenario === 'arriving';
    return {
      ...parcel(status, events),
      eta: { earliest: iso(now + left - left / 6), latest: iso(now + left + left / 3), expected: iso(now + left) },
      stopsBefore: isNext ? 0 : Math.ceil((route.total - metres) / 600),
      courier: { name: 'Mira', position: { ...here.place, heading: here.heading, recordedAt: iso(now) } },
      destination: route.at(route.total).place,
      pathAhead: isNext ? here.ahead : [],
    };
  }

  const planned = {
    eta: {
      earliest: iso(began + 25 * 60 * MINUTE),
      latest: iso(began + 27 * 60 * MINUTE),
      expected: iso(began + 26 * 60 * MINUTE),
    },
    destination: route.at(route.total).place,
  };
  const delivered = (kind, receivedBy) => ({
    ...parcel('DELIVERED', [...happened, event('DELIVERED', 3)]),
    proof: { kind, receivedBy, at: iso(began - 3 * MINUTE) },
  });

  return (scenario, sent) => {
    const road = () => onTheRoad(scenario, 'OUT_FOR_DELIVERY', happened);
    switch (scenario) {
      case 'packed':
        return { ...parcel('PACKED', happened.slice(0, 2)), timeZone: null };
      case 'planned':
        return { ...parcel('HANDED_OVER', happened.slice(0, 3)), ...planned };
      case 'setting-off':
        return { ...parcel('OUT_FOR_DELIVERY', happened), ...planned };
      case 'far':
        return { ...road(), stopsBefore: 14, courier: { name: 'Mira', position: null } };
      case 'arriving':
        return sent < ARRIVES_AFTER ? road() : delivered('RECIPIENT', 'A. Petersen');
      case 'delivered':
        return delivered('RECIPIENT', 'A. Petersen');
      case 'neighbour':
        return delivered('NEIGHBOUR', 'B. Janssen');
      case 'safe-place':
        return delivered('SAFE_PLACE', 'Behind the rain barrel');
      case 'foreign':
        return { ...delivered('RECIPIENT', null), proof: null };
      case 'attempted':
        return parcel('ATTEMPTED', [...happened, event('ATTEMPTED', 8)]);
      case 'returned':
        return parcel('RETURNED', [...happened, event('ATTEMPTED', 50), event('RETURNED', 5)]);
      case 'lost':
        return parcel('LOST', [...happened.slice(0, 4), event('LOST', 5)]);
      case 'cancelled':
        return { ...parcel('CANCELLED', [...happened.slice(0, 2), event('CANCELLED', 30)]), timeZone: null };
      case 'unknown':
        return onTheRoad(scenario, 'BEAMED_UP', [...happened, event('BEAMED_UP', 1)]);
      case 'stale': {
        const state = road();
        state.courier.position.recordedAt = iso(began - 10 * MINUTE);
        return state;
      }
      default:
        return road();
    }
  };
}
