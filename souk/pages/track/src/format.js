// Times, spans and distances in the reader's language and in the delivery's time zone.

/** @typedef {ReturnType<typeof import('./texts.js').texts>['t']} Texts */

const MINUTE = 60_000;

/**
 * @param {string} locale
 * @param {Texts} t
 */
export function formats(locale, t) {
  /** @type {Map<string, Intl.DateTimeFormat>} */
  const made = new Map();

  /** @type {Map<string | null | undefined, { zone: string, isTold: boolean }>} */
  const zones = new Map();

  /**
   * @param {string} zone one that the browser knows
   * @param {Intl.DateTimeFormatOptions} options
   */
  function format(zone, options) {
    const key = zone + JSON.stringify(options);
    let found = made.get(key);
    if (!found) {
      found = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
      made.set(key, found);
    }
    return found;
  }

  const spans = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const days = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

  /**
   * The day as a number that differs by one from day to day, as the zone counts them.
   * @param {Date} at
   * @param {string} zone
   */
  function dayNumber(at, zone) {
    const parts = Object.fromEntries(
      format(zone, { year: 'numeric', month: 'numeric', day: 'numeric', calendar: 'gregory', numberingSystem: 'latn' })
        .formatToParts(at)
        .map((part) => [part.type, part.value]),
    );
    return Math.round(Date.UTC(Number(parts.year), Number(parts.month) - 1, Number(parts.day)) / 86_400_000);
  }

  /**
   * The zone in which times are written: the one that was told, or the reader's own where none was, or one that the
   * browser does not know.
   * @param {string | null | undefined} told
   */
  function zoneOf(told) {
    let found = zones.get(told);
    if (!found) {
      found = { zone: Intl.DateTimeFormat().resolvedOptions().timeZone, isTold: false };
      try {
        if (told)
          found = {
            zone: new Intl.DateTimeFormat(locale, { timeZone: told }).resolvedOptions().timeZone,
            isTold: true,
          };
      } catch {
        // Unknown here.
      }
      zones.set(told, found);
    }
    return found;
  }

  return {
    zone: zoneOf,

    /** @param {Date} at @param {string} zone */
    time: (at, zone) => format(zone, { timeStyle: 'short' }).format(at),

    /**
     * "today", "tomorrow", or the date.
     * @param {Date} at
     * @param {string} zone
     * @param {Date} now
     */
    day(at, zone, now) {
      const difference = dayNumber(at, zone) - dayNumber(now, zone);
      if (Math.abs(difference) <= 1) return days.format(difference, 'day');
      return format(zone, { weekday: 'short', day: 'numeric', month: 'short' }).format(at);
    },

    /** "Today, 14:20", at the beginning of a line. @param {Date} at @param {string} zone @param {Date} now */
    dayAndTime(at, zone, now) {
      const day = this.day(at, zone, now);
      return `${day.charAt(0).toLocaleUpperCase(locale)}${day.slice(1)}, ${this.time(at, zone)}`;
    },

    /** @param {Date} at @param {string} zone @param {Date} now */
    isToday: (at, zone, now) => dayNumber(at, zone) === dayNumber(now, zone),

    /**
     * What is left until a moment, in words, or null while it is more than half a day.
     * @param {number} milliseconds
     */
    left(milliseconds) {
      if (milliseconds < -5 * MINUTE) return t.late;
      const minutes = Math.ceil(milliseconds / MINUTE);
      if (minutes < 2) return t.now;
      if (minutes < 60) return t.about(minutes);
      if (minutes > 12 * 60) return null;
      const steps = Math.round(minutes / 5) * 5;
      return t.aboutHours(Math.floor(steps / 60), steps % 60);
    },

    /** @param {number} milliseconds */
    ago(milliseconds) {
      const minutes = Math.floor(milliseconds / MINUTE);
      if (minutes < 1) return spans.format(-Math.max(1, Math.floor(milliseconds / 1000)), 'second');
      if (minutes < 60) return spans.format(-minutes, 'minute');
      if (minutes < 48 * 60) return spans.format(-Math.floor(minutes / 60), 'hour');
      return spans.format(-Math.floor(minutes / 1440), 'day');
    },

    /** @param {number} metres */
    distance(metres) {
      if (metres < 950) return `${whole.format(Math.max(50, Math.round(metres / 50) * 50))} m`;
      return `${tenths.format(metres / 1000)} km`;
    },

    /** @param {number} degrees */
    compass: (degrees) => t.compass[Math.round((degrees % 360) / 45) % 8],

    /** @param {string} zone @param {Date} at */
    zoneName(zone, at) {
      const part = format(zone, { timeZoneName: 'long' })
        .formatToParts(at)
        .find((each) => each.type === 'timeZoneName');
      return part ? part.value : zone;
    },
  };
}

/**
 * @param {string | null | undefined} text an RFC 3339 time
 * @returns {Date | null}
 */
export function moment(text) {
  const at = text ? new Date(text) : null;
  return at && !Number.isNaN(at.getTime()) ? at : null;
}
