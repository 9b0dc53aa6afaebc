/** The conversation: what the server says and what the reader does become the state of the rooms. No DOM here: a screen is told what changed. */

import { Connection } from './connection.js';
import { randomHex, rememberRooms } from './identity.js';
import { Outbox, QUEUE } from './outbox.js';
import { Rooms } from './rooms.js';
import { canonical, nameProblem, utf8Length } from './text.js';

const REJOIN_MS = 2_000;

/** Until the server says otherwise. */
const LIMITS = { text: 2_000, frame: 8_192, name: 64, room: 128, rooms: 100, rate: 5, burst: 10 };

export class Chat {
  rooms = new Rooms();
  limits = LIMITS;
  #you = '';
  #identity;
  #screen;
  #connection;
  #outbox;
  #handlers = new Map([
    ['welcome', frame => this.#welcomed(frame)],
    ['joined', frame => this.#joined(frame)],
    ['msg', frame => this.#received(frame)],
    ['ack', ({ cid }) => this.#outbox.confirm(cid)],
    ['err', frame => this.#refused(frame)],
  ]);

  /**
   * `screen` shows it: `phase(phase, detail)`, `welcomed(node, name)`, `nameRefused()`, `current(room, before)`, `rooms()`, `unread(room)`,
   * `place(room, row)`, `await(room, message)`, `refresh(message)`, `drop(room, rows)`; and says whether `attentive()` eyes see the newest row.
   */
  constructor({ url, identity, screen }) {
    this.#identity = identity;
    this.#screen = screen;
    this.#connection = new Connection({
      url,
      hello: () => this.#hello(),
      onFrame: frame => this.#handlers.get(frame.t)?.(frame),
      onPhase: (phase, detail) => this.#phase(phase, detail),
    });
    this.#outbox = new Outbox({
      send: frame => this.#connection.send(frame),
      ready: name => this.rooms.get(name)?.state === 'joined',
      changed: message => screen.refresh(message),
    });
  }

  // What the reader does

  /** Also after a change of name: the server learns a name from the first frame of a connection only. */
  connect() {
    this.#connection.open();
  }

  wake() {
    this.#connection.wake();
  }

  /** Shows a room; one that is new is joined. Returns why not, or an empty string. */
  enter(raw) {
    const name = canonical(raw);
    const problem = nameProblem(name, this.limits.room);
    if (problem !== '') return problem;
    if (this.rooms.get(name) === undefined) {
      if (this.rooms.size >= this.limits.rooms) return `You can be in ${this.limits.rooms} rooms: leave one first.`;
      this.#join(this.rooms.add(name));
      rememberRooms(this.rooms.names);
    }
    this.#show(this.rooms.get(name));
    return '';
  }

  leave(name) {
    const room = this.rooms.get(name);
    this.#connection.send({ t: 'leave', r: name });
    for (const cid of room.tail.keys()) this.#outbox.discard(cid);
    this.#show(this.rooms.remove(room));
    rememberRooms(this.rooms.names);
    for (const other of this.rooms) if (other.refusal === 'too_many_rooms') this.#join(other);
  }

  /** Says `text` in the current room. Returns why not, or an empty string. */
  say(text) {
    const room = this.rooms.current;
    if (room === null) return 'Join a room first.';
    if (this.#outbox.full) return `${QUEUE} messages are waiting to be sent. This one stays here until there is room.`;
    const cid = randomHex(12);
    const frame = { t: 'send', r: room.name, cid, text };
    if (utf8Length(JSON.stringify(frame)) > this.limits.frame) return 'This message is too long for the server: shorten it to send it.';
    const from = { id: this.#you, name: this.#identity.name };
    const message = { kind: 'message', own: true, r: room.name, cid, text, from, ts: Date.now(), state: 'pending', why: '', tries: 0 };
    room.tail.set(cid, message);
    this.#screen.await(room, message);
    this.#screen.drop(room, room.trim());
    this.#outbox.add(message);
    return '';
  }

  retry({ cid }) {
    this.#outbox.retry(cid);
  }

  discard(message) {
    const room = this.rooms.get(message.r);
    this.#outbox.discard(message.cid);
    room.tail.delete(message.cid);
    this.#screen.drop(room, [message]);
  }

  /** The reader has the newest row of the current room in view. */
  seen() {
    const room = this.rooms.current;
    if (room === null || room.unread === 0) return;
    room.unread = 0;
    this.#screen.unread(room);
  }

  // What the server says

  /** A frame is small and rooms may be many: those that do not fit are joined one by one after the welcome. */
  #hello() {
    const frame = { t: 'hello', v: 1, name: this.#identity.name, key: this.#identity.key, rooms: [] };
    let left = this.limits.frame - utf8Length(JSON.stringify(frame));
    for (const room of this.rooms) {
      left -= utf8Length(JSON.stringify({ r: room.name })) + 1;
      if (left < 0) break;
      room.asked = true;
      frame.rooms.push({ r: room.name });
    }
    return frame;
  }

  #phase(phase, detail) {
    if (phase !== 'online') {
      this.#outbox.offline();
      for (const room of this.rooms) room.disconnected();
    }
    this.#screen.phase(phase, detail);
  }

  #welcomed({ you, node, limits }) {
    this.#you = String(you?.id ?? '');
    this.limits = { ...this.limits, ...numbers(limits) };
    this.#screen.welcomed(String(node ?? ''), typeof you?.name === 'string' ? you.name : this.#identity.name);
    this.#outbox.online(this.limits);
    for (const room of this.rooms) this.#join(room);
  }

  #joined({ r, msgs, recovered }) {
    const room = this.rooms.get(r);
    if (room === undefined) return;
    const missing = room.known && recovered !== true;
    if (missing) this.#missing(room, room.asked ? 'away' : 'gap');
    room.joined();
    if (Array.isArray(msgs)) msgs.forEach(msg => this.#received({ ...msg, r }));
    this.#outbox.pump();
    this.#screen.rooms();
  }

  /** Nothing is lost silently: the reader sees where something may be missing. */
  #missing(room, kind) {
    for (const message of room.settle(this.#you)) this.#place(room, message);
    this.#note(room, kind);
  }

  #received({ r, ts, from, cid, text }) {
    const room = this.rooms.get(r);
    if (room === undefined || typeof text !== 'string' || typeof from?.id !== 'string') return;
    const sender = { id: from.id, name: typeof from.name === 'string' ? from.name : '' };
    const own = sender.id === this.#you;
    if (own) this.#outbox.confirm(cid);
    const row = room.receive({ ts: isTime(ts) ? ts : Date.now(), from: sender, cid, text }, own);
    if (row === null) return;
    this.#place(room, row);
    if (own || (room === this.rooms.current && this.#screen.attentive())) return;
    room.unread += 1;
    this.#screen.unread(room);
  }

  #refused({ code, cid, r, retryMs }) {
    const room = this.rooms.get(r);
    if (cid !== undefined) {
      if (code === 'not_joined' && room !== undefined) this.#rejoin(room);
      this.#outbox.refuse(cid, String(code), retryMs);
    } else if (room?.asked) {
      this.#joinRefused(room, code, retryMs);
    } else if (r === undefined && code === 'invalid' && !this.#connection.online) {
      this.#screen.nameRefused();
    }
  }

  #joinRefused(room, code, retryMs) {
    const passes = code === 'unavailable' || code === 'rate';
    room.refused(passes ? '' : code);
    if (code !== 'rate') this.#note(room, passes || code === 'too_many_rooms' ? code : 'refused');
    if (passes) setTimeout(() => this.#join(room), retryMs >= 0 ? retryMs : REJOIN_MS * (1 + Math.random()));
    this.#screen.rooms();
  }

  // Both

  #join(room) {
    if (room.asked || room.state === 'joined' || !this.#connection.online || this.rooms.get(room.name) !== room) return;
    room.asked = true;
    this.#connection.send({ t: 'join', r: room.name });
  }

  #rejoin(room) {
    if (room.state === 'joined') room.state = 'joining';
    this.#join(room);
  }

  #show(room) {
    const before = this.rooms.current;
    this.rooms.current = room;
    if (room !== before) this.#screen.current(room, before);
    this.#screen.rooms();
  }

  #note(room, kind) {
    const row = room.notice(kind);
    if (row !== null) this.#place(room, row);
  }

  #place(room, row) {
    this.#screen.place(room, row);
    this.#screen.drop(room, room.trim());
  }
}

const numbers = given => Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => Number.isFinite(value)));
const isTime = ts => Number.isFinite(ts) && Math.abs(ts) <= 8.64e15;
