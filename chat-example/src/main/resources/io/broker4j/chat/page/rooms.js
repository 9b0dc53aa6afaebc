/** What is known of each room. No DOM and no socket here. Rooms are in Maps: `__proto__` is a room like any other. */

export const ROWS = 400;
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
  }

  /** The row for a message of the server, or null when it was there already. An own one is the row that was waiting for it. */
  receive({ ts, from, cid, text }, own) {
    const key = `${from.id} ${cid}`;
    if (cid !== undefined && this.#seen.has(key)) return null;
    this.#remember(key);
    const waiting = own ? this.tail.get(cid) : undefined;
    if (waiting !== undefined) this.tail.delete(cid);
    const row = Object.assign(waiting ?? { kind: 'message', own, why: '' }, { ts, from, cid, text, state: 'sent' });
    this.rows.push(row);
    return row;
  }

  /** Messages that the server took and whose return a gap has swallowed: they are said, so they join the rows. */
  settle(you) {
    const settled = [...this.tail.values()].filter(message => message.state === 'sent');
    for (const message of settled) {
      this.tail.delete(message.cid);
      this.#remember(`${you} ${message.cid}`);
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
    return this.rows.splice(0, Math.max(0, this.rows.length + this.tail.size - ROWS));
  }

  #remember(key) {
    this.#seen.add(key);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.values().next().value);
  }
}

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
