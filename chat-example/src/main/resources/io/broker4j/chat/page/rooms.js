/** What is known of each room. No DOM and no socket here. Rooms are in Maps: `__proto__` is a room like any other. */

export const ROWS = 400;
export const PAGE = 50;
const REMEMBERED = 2_000;

export class Room {
  /** Confirmed messages and notices in the order of the server. */
  rows = [];
  /** cid → own message that has not come back from the server yet; shown below the rows. */
  tail = new Map();
  /** joining, joined or refused */
  state = 'joining';
  /** Whether a `join` is under way, which tells its answer from a `joined` that nobody asked for. */
  asked = false;
  /** Whether this page has been in the room before, so that something can be missing. */
  known = false;
  refusal = '';
  /** Where this page has got to in the room: what it has missed is what comes after. Empty before the first answer. */
  position = '';
  /** more, loading or end: whether there is something older than the rows. */
  older = 'more';
  /** What was the oldest when older ones were asked for. */
  asking = '';
  /** Whether something newer than the rows is not among them, because the reader went far back. */
  detached = false;
  unread = 0;
  draft = '';
  #seen = new Set();

  constructor(name) {
    this.name = name;
  }

  joined() {
    this.state = 'joined';
    this.asked = false;
    this.known = true;
    this.refusal = '';
  }

  /** `refusal` is the server's code when asking again would not help, else an empty string. */
  refused(refusal) {
    this.state = refusal === '' ? 'joining' : 'refused';
    this.asked = false;
    this.refusal = refusal;
  }

  disconnected() {
    this.state = 'joining';
    this.asked = false;
    if (this.older === 'loading') this.older = 'more';
  }

  /** The server shows the latest page and this is all there is to show: own messages that are among it need not wait any more. */
  begin() {
    this.rows = [];
    this.#seen.clear();
    this.older = 'more';
    this.detached = false;
  }

  /** Before which message to ask for older ones; empty if there is none. */
  get oldest() {
    return this.rows.find(row => row.p)?.p ?? '';
  }

  /** The row for a message of the server, or null when it was there already. An own one is the row that was waiting for it. */
  receive({ p, ts, from, cid, text }, own) {
    this.position = p;
    const key = keyOf(from, cid);
    if (cid !== undefined && this.#seen.has(key)) return null;
    this.#remember(key);
    const waiting = own ? this.tail.get(cid) : undefined;
    if (waiting !== undefined) this.tail.delete(cid);
    const row = Object.assign(waiting ?? { kind: 'message', own, why: '' }, { p, ts, from, cid, text, state: 'sent' });
    this.rows.push(row);
    return row;
  }

  /** Puts older messages in front of the rows; returns the new rows, and those at the other end that are too many now. */
  prepend(messages, end) {
    // Rows dropped meanwhile would be a hole.
    const fits = this.oldest === this.asking;
    this.older = fits && end ? 'end' : 'more';
    if (!fits) return { rows: [], dropped: [] };
    const shown = new Set(this.rows.filter(row => row.kind === 'message').map(({ from, cid }) => keyOf(from, cid)));
    const rows = messages
      .filter(({ from, cid }) => !shown.has(keyOf(from, cid)))
      .map(message => ({ kind: 'message', why: '', state: 'sent', ...message }));
    this.rows.unshift(...rows);
    const dropped = this.rows.splice(Math.max(0, ROWS - this.tail.size));
    if (dropped.length > 0) this.detached = true;
    return { rows, dropped };
  }

  /** Messages that the server took and whose return a gap has swallowed: they are said, so they join the rows. */
  settle(you) {
    const settled = [...this.tail.values()].filter(message => message.state === 'sent');
    for (const message of settled) {
      this.tail.delete(message.cid);
      this.#remember(keyOf({ id: you }, message.cid));
      this.rows.push(message);
    }
    return settled;
  }

  /** A new notice, or null when the last row says the same. */
  notice(kind) {
    if (this.rows.at(-1)?.kind === kind) return null;
    const row = { kind, ts: Date.now() };
    this.rows.push(row);
    return row;
  }

  /** Drops the oldest rows above the bound and returns them. */
  trim() {
    const dropped = this.rows.splice(0, Math.max(0, this.rows.length + this.tail.size - ROWS));
    if (dropped.length > 0 && this.older === 'end') this.older = 'more';
    return dropped;
  }

  #remember(key) {
    this.#seen.add(key);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.values().next().value);
  }
}

const keyOf = ({ id }, cid) => `${id} ${cid}`;

export class Rooms {
  #byName = new Map();
  current = null;

  get(name) {
    return this.#byName.get(name);
  }

  add(name) {
    const room = new Room(name);
    this.#byName.set(name, room);
    return room;
  }

  /** Forgets a room and returns the one to show now: a neighbour when it was the current one. */
  remove(room) {
    const all = [...this];
    const at = all.indexOf(room);
    this.#byName.delete(room.name);
    return this.current === room ? (all[at + 1] ?? all[at - 1] ?? null) : this.current;
  }

  get size() {
    return this.#byName.size;
  }

  get names() {
    return [...this.#byName.keys()];
  }

  get unread() {
    return [...this].reduce((sum, room) => sum + room.unread, 0);
  }

  [Symbol.iterator]() {
    return this.#byName.values();
  }
}
