/**
 * One WebSocket that comes back by itself. It knows frames and time, nothing of rooms.
 *
 * Phases: idle → connecting → online (the server said `welcome`) → waiting (`retryAt` is set) → connecting …, or closed for good.
 */

const FLOOR_MS = 300;
const CEILING_MS = 15_000;
const WELCOME_MS = 10_000;
const PONG_MS = 10_000;
const LONGEST_HINT_MS = 60_000;
/** A connection that lasted this long was a good one: the next failure starts again with short waits. */
const STEADY_MS = 10_000;

const RETRIED = new Set([1001, 1006, 1012, 1013]);
const retries = code => RETRIED.has(code) || (code >= 4000 && code <= 4499);

export class Connection {
  #url;
  #hello;
  #onFrame;
  #onPhase;
  #phase = 'idle';
  #socket = null;
  #timer = 0;
  #failures = 0;
  #hintMs = null;
  #welcomedAt = null;
  #heardAt = 0;
  #pingMs = 0;
  #pings = 0;
  #probing = false;

  /** `hello` makes the first frame of each connection; `onPhase(phase, {retryAt, code})` hears every change. */
  constructor({ url, hello, onFrame, onPhase }) {
    this.#url = url;
    this.#hello = hello;
    this.#onFrame = onFrame;
    this.#onPhase = onPhase;
  }

  get online() {
    return this.#phase === 'online';
  }

  send(frame) {
    if (this.online) this.#socket.send(JSON.stringify(frame));
    return this.online;
  }

  /** Connects now, whatever the state: a connection that is there is replaced. */
  open() {
    this.#abandon();
    this.#hintMs = null;
    const socket = new WebSocket(this.#url);
    const current = act => event => {
      if (socket === this.#socket) act(event);
    };
    socket.onopen = current(() => socket.send(JSON.stringify(this.#hello())));
    socket.onmessage = current(event => this.#receive(event.data));
    socket.onclose = current(event => this.#closed(event.code));
    this.#socket = socket;
    this.#after(WELCOME_MS, () => this.#closed(1006));
    this.#enter('connecting');
  }

  /** Something suggests that the network is there (again): stop waiting, or find out whether the connection still lives. */
  wake() {
    if (this.#phase === 'waiting' && this.#hintMs === null) this.open();
    else if (this.online) this.#probe();
  }

  #receive(data) {
    this.#heardAt = performance.now();
    const frame = parse(data);
    if (frame === null) return;
    if (frame.t === 'welcome') this.#welcomed(frame);
    else if (this.#probing) this.#listen();
    if (frame.t === 'bye' && frame.retryMs >= 0) this.#hintMs = Math.min(frame.retryMs, LONGEST_HINT_MS);
    this.#onFrame(frame);
  }

  #welcomed({ pingMs }) {
    this.#welcomedAt = performance.now();
    this.#pingMs = pingMs > 0 ? pingMs : 25_000;
    this.#enter('online');
    this.#listen();
  }

  #listen() {
    this.#probing = false;
    const patience = this.#pingMs * 1.5;
    const quiet = performance.now() - this.#heardAt;
    if (quiet >= patience) this.#probe();
    else this.#after(patience - quiet, () => this.#listen());
  }

  /** Anything heard in time is as good as the pong. */
  #probe() {
    this.#probing = true;
    this.send({ t: 'ping', n: ++this.#pings });
    this.#after(PONG_MS, () => this.#closed(1006));
  }

  #closed(code) {
    const lasted = this.#welcomedAt === null ? 0 : performance.now() - this.#welcomedAt;
    this.#failures = lasted >= STEADY_MS ? 0 : this.#failures + 1;
    this.#abandon();
    if (retries(code)) this.#wait(code);
    else this.#enter('closed', { code });
  }

  #wait(code) {
    const delay = this.#hintMs === null ? backOff(this.#failures) : this.#hintMs + Math.random() * FLOOR_MS;
    this.#after(delay, () => this.open());
    this.#enter('waiting', { code, retryAt: Date.now() + delay });
  }

  /** The close event of a dead link may take a minute: the socket is forgotten first, so what it still says is not heard. */
  #abandon() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    this.#welcomedAt = null;
    this.#probing = false;
    socket?.close();
  }

  /** There is one thing to wait for at any time, so there is one timer. */
  #after(ms, act) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, ms);
  }

  #enter(phase, detail = {}) {
    this.#phase = phase;
    this.#onPhase(phase, detail);
  }
}

/** Full jitter: anywhere between the floor and a ceiling that doubles with each failure. */
const backOff = failures => FLOOR_MS + Math.random() * (Math.min(CEILING_MS, FLOOR_MS * 2 ** (failures + 1)) - FLOOR_MS);

const parse = data => {
  try {
    const frame = JSON.parse(data);
    return frame !== null && typeof frame === 'object' ? frame : null;
  } catch {
    return null;
  }
};
