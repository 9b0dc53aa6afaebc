/** The conversation: what the server says and what the reader does become the state of the rooms. No DOM here: a screen is told what changed. */

import { Connection } from './connection.js';
import { randomHex, rememberRooms } from './identity.js';
import { Outbox, QUEUE } from './outbox.js';
import { PAGE, Rooms } from './rooms.js';
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
    ['page', frame => this.#paged(frame)],
    ['ack', ({ cid }) => this.#outbox.confirm(cid)],
    ['err', frame => this.#refused(frame)],
  ]);

  /**
   * `screen` shows it: `phase(phase, detail)`, `welcomed(node, name)`, `nameRefused()`, `current(room, before)`, `rooms()`, `unread(room)`,
   * `reset(room)`, `place(room, row)`, `prepend(room, rows)`, `older(room)`, `await(room, message)`, `refresh(message)`, `drop(room, rows)`; and says whether `attentive()` eyes see the newest row.
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
    if (room.detached) this.latest();
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

  /** The reader looks at the oldest row of the current room. */
  older() {
    const room = this.rooms.current;
    if (room === null || room.state !== 'joined' || room.older !== 'more' || room.oldest === '') return;
    room.asking = room.oldest;
    if (this.#connection.send({ t: 'more', r: room.name, before: room.asking, limit: PAGE })) this.#setOlder(room, 'loading');
  }

  /** The reader wants the newest messages of the current room, from wherever it has gone back to. */
  latest() {
    const room = this.rooms.current;
    if (room === null || !room.detached || room.state !== 'joined') return;
    room.position = '';
    this.#rejoin(room);
  }

  /** The reader has the newest row of the current room in view. */
  seen() {
    const room = this.rooms.current;
    if (room === null || room.unread === 0 || room.detached) return;
    room.unread = 0;
    this.#screen.unread(room);
  }

  // What the server says

  /** A frame is small and rooms may be many: those that do not fit are joined one by one after the welcome. */
  #hello() {
    const frame = { t: 'hello', v: 1, name: this.#identity.name, key: this.#identity.key, rooms: [] };
    let left = this.limits.frame - utf8Length(JSON.stringify(frame));
    for (const room of this.rooms) {
      const entry = entryOf(room);
      left -= utf8Length(JSON.stringify(entry)) + 1;
      if (left < 0) break;
      room.asked = true;
      frame.rooms.push(entry);
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

  #joined({ r, p, msgs, recovered }) {
    const room = this.rooms.get(r);
    if (room === undefined) return;
    const messages = Array.isArray(msgs) ? msgs : [];
    const { asked, known } = room;
    const anew = !known || (room.detached && recovered !== true);
    if (anew) room.begin();
    else if (recovered !== true) this.#missing(room, asked ? 'away' : 'gap');
    else if (asked && messages.length > 0) this.#note(room, 'recovered');
    room.joined();
    if (typeof p === 'string') room.position = p;
    if (anew) this.#showAnew(room, messages);
    else for (const message of messages) this.#received({ ...message, r });
    this.#outbox.pump();
    this.#screen.rooms();
  }

  /** What a reader finds on entering is not news. */
  #showAnew(room, messages) {
    for (const message of messages.map(message => this.#message(message))) {
      if (message === null) continue;
      if (message.own) this.#outbox.confirm(message.cid);
      room.receive(message, message.own);
    }
    room.trim();
    room.unread = 0;
    this.#screen.reset(room);
  }

  /** Nothing is lost silently: the reader sees where something may be missing. */
  #missing(room, kind) {
    for (const message of room.settle(this.#you)) this.#place(room, message);
    this.#note(room, kind);
  }

  #received({ r, ...frame }) {
    const room = this.rooms.get(r);
    const message = this.#message(frame);
    if (room === undefined || message === null) return;
    if (message.own) this.#outbox.confirm(message.cid);
    if (room.detached) {
      this.#unseen(room, message);
    } else {
      const row = room.receive(message, message.own);
      if (row === null) return;
      this.#place(room, row);
    }
    if (message.own || (room === this.rooms.current && !room.detached && this.#screen.attentive())) return;
    room.unread += 1;
    this.#screen.unread(room);
  }

  /** The reader is far back: what is new waits until it asks for the latest. */
  #unseen(room, { p, own, cid }) {
    room.position = p;
    const waiting = own ? room.tail.get(cid) : undefined;
    if (waiting === undefined) return;
    room.tail.delete(cid);
    this.#screen.drop(room, [waiting]);
  }

  #paged({ r, msgs, end }) {
    const room = this.rooms.get(r);
    if (room?.older !== 'loading') return;
    const messages = (Array.isArray(msgs) ? msgs : []).map(message => this.#message(message)).filter(message => message !== null);
    const { rows, dropped } = room.prepend(messages, end === true);
    this.#screen.prepend(room, rows);
    this.#screen.drop(room, dropped);
    this.#screen.older(room);
  }

  /** What the server calls a message, or null if it is none. */
  #message({ p, ts, from, cid, text }) {
    if (typeof text !== 'string' || typeof from?.id !== 'string') return null;
    const sender = { id: from.id, name: typeof from.name === 'string' ? from.name : '' };
    const position = typeof p === 'string' ? p : '';
    return { p: position, ts: isTime(ts) ? ts : Date.now(), from: sender, cid, text, own: sender.id === this.#you };
  }

  #refused({ code, cid, r, retryMs }) {
    const room = this.rooms.get(r);
    if (cid !== undefined) {
      if (code === 'not_joined' && room !== undefined) this.#rejoin(room);
      this.#outbox.refuse(cid, String(code), retryMs);
    } else if (room?.asked) {
      this.#joinRefused(room, code, retryMs);
    } else if (room?.older === 'loading') {
      setTimeout(() => this.#setOlder(room, 'more'), retryMs >= 0 ? retryMs : REJOIN_MS);
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
    this.#connection.send({ t: 'join', ...entryOf(room) });
  }

  #rejoin(room) {
    if (room.state === 'joined') room.state = 'joining';
    this.#join(room);
  }

  #setOlder(room, older) {
    room.older = older;
    this.#screen.older(room);
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

const entryOf = ({ name, position }) => (position === '' ? { r: name } : { r: name, after: position });
const numbers = given => Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => Number.isFinite(value)));
const isTime = ts => Number.isFinite(ts) && Math.abs(ts) <= 8.64e15;
