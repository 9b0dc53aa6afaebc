/**
 * The list of messages of the room that is shown. Its scroller is laid out from the end (`column-reverse`), so the browser itself keeps the
 * newest row in view unless the reader has scrolled up, and position 0 is the end. Rows stand in order in the one child of the scroller.
 */

const TOGETHER_MS = 5 * 60_000;
const ROUNDING_PX = 2;
/** So far from the oldest row older ones are asked for. */
const NEAR_PX = 400;
const HUES = 12;

const NOTICES = new Map([
  ['gap', 'Some messages may be missing here.'],
  ['away', 'Reconnected. Messages sent meanwhile may be missing here.'],
  ['recovered', 'Reconnected. This is what you missed.'],
  ['refused', 'The server did not let you join this room.'],
  ['too_many_rooms', 'You are in as many rooms as the server allows. Leave one and this room is joined.'],
  ['unavailable', 'The server cannot reach this room at the moment. It keeps trying.'],
]);

const FAILURES = new Map([
  ['unavailable', 'Not sent: the server cannot reach the room.'],
  ['invalid', 'Not sent: the server refused this text.'],
  ['not_joined', 'Not sent: the server says you are not in this room.'],
  ['no_answer', 'The server did not answer, so this may not have been sent.'],
]);

const time = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

export class LogView {
  #log;
  #list;
  #onAtEnd;
  #onAtStart;
  #room = null;
  #elements = new Map();
  #rows = new WeakMap();
  #atEnd = true;

  /**
   * `onAct(verb, message)` hears `retry` and `discard`; `onAtEnd()` hears that the reader has reached the newest row, `onAtStart()` that
   * it is near the oldest.
   */
  constructor(log, { onAct, onAtEnd, onAtStart }) {
    this.#log = log;
    this.#onAtEnd = onAtEnd;
    this.#onAtStart = onAtStart;
    this.#list = log.firstElementChild;
    log.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    log.addEventListener('click', event => {
      const row = this.#rows.get(event.target.closest('.message'));
      const verb = event.target.closest('button')?.dataset.verb;
      if (row !== undefined && verb !== undefined) onAct(verb, row);
    });
  }

  get atEnd() {
    return this.#atEnd;
  }

  /** Shows another room, or none. A screen reader is not read all of it. */
  show(room) {
    this.#room = room;
    this.#elements.clear();
    this.#log.setAttribute('aria-busy', 'true');
    const rows = room === null ? [] : [...room.rows, ...room.tail.values()];
    this.#list.replaceChildren(...rows.map(row => this.#element(row)));
    for (const element of this.#list.children) this.#decorate(element);
    this.#log.removeAttribute('aria-busy');
    this.toEnd();
    this.#onAtEnd();
    this.older();
  }

  /** Older rows, in front of all. What is in view stays there, since it is laid out from the end; nobody is read these as news. */
  prepend(rows) {
    const first = this.#list.firstElementChild;
    this.#log.setAttribute('aria-busy', 'true');
    this.#list.prepend(...rows.map(row => this.#element(row)));
    for (const row of rows) this.#decorate(this.#element(row));
    this.#decorate(first);
    this.#log.removeAttribute('aria-busy');
  }

  /** Whether there is something older, or all is shown, may have changed. */
  older() {
    this.#list.dataset.older = this.#room?.older ?? '';
    if (this.#room?.older === 'more') this.#lookBack();
  }

  /** A row that is confirmed: new, or an own one that was waiting below. It goes after all that are confirmed. */
  place(row) {
    const element = this.#element(row);
    const [waiting] = this.#room.tail.values();
    const before = waiting === undefined ? null : this.#element(waiting);
    const inPlace = element.parentNode === this.#list && element.nextElementSibling === before;
    const left = inPlace ? null : element.nextElementSibling;
    if (!inPlace) this.#list.insertBefore(element, before);
    this.refresh(row);
    this.#decorate(element);
    this.#decorate(before);
    this.#decorate(left);
  }

  /** An own message that waits for the server, below all others. */
  await(message) {
    const element = this.#element(message);
    this.#list.append(element);
    this.#decorate(element);
    this.toEnd();
  }

  refresh(row) {
    const element = this.#elements.get(row);
    if (element !== undefined && row.kind === 'message') fill(element, row);
  }

  drop(rows) {
    for (const row of rows) {
      const element = this.#elements.get(row);
      const next = element?.nextElementSibling;
      element?.remove();
      this.#elements.delete(row);
      this.#decorate(next);
    }
  }

  toEnd() {
    this.#log.scrollTop = 0;
    this.#reader(true);
  }

  #scrolled() {
    this.#reader(Math.abs(this.#log.scrollTop) <= ROUNDING_PX);
    this.#lookBack();
  }

  #lookBack() {
    const { scrollHeight, clientHeight, scrollTop } = this.#log;
    if (scrollHeight - clientHeight - Math.abs(scrollTop) < NEAR_PX) this.#onAtStart();
  }

  #reader(atEnd) {
    if (atEnd === this.#atEnd) return;
    this.#atEnd = atEnd;
    this.#log.classList.toggle('at-end', atEnd);
    if (atEnd) this.#onAtEnd();
  }

  #element(row) {
    const known = this.#elements.get(row);
    if (known !== undefined) return known;
    const element = row.kind === 'message' ? messageElement(row) : noticeElement(row);
    this.#elements.set(row, element);
    this.#rows.set(element, row);
    return element;
  }

  /** What a row shows depends on the one above: its day, and whether the same person goes on talking. */
  #decorate(element) {
    if (!element?.classList.contains('message')) return;
    const row = this.#rows.get(element);
    const above = this.#rows.get(element.previousElementSibling);
    const messageAbove = above?.kind === 'message' ? above : this.#messageAbove(element);
    const today = day.format(row.ts);
    const newDay = messageAbove === undefined || day.format(messageAbove.ts) !== today;
    showDay(element, newDay ? today : '');
    element.classList.toggle('follows', !newDay && above === messageAbove && goesOn(above, row));
  }

  #messageAbove(element) {
    let above = element.previousElementSibling;
    while (above !== null && !above.classList.contains('message')) above = above.previousElementSibling;
    return above === null ? undefined : this.#rows.get(above);
  }
}

const goesOn = (above, row) =>
  above.from.id === row.from.id && above.from.name === row.from.name && row.ts - above.ts < TOGETHER_MS;

const create = (tag, className, ...children) => {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
};

const button = (verb, label) => {
  const element = create('button', verb, label);
  element.type = 'button';
  element.dataset.verb = verb;
  return element;
};

const messageElement = row => {
  const avatar = create('span', 'avatar', initial(row.from.name));
  avatar.setAttribute('aria-hidden', 'true');
  const text = create('div', 'text');
  text.dir = 'auto';
  const meta = create('span', 'meta', create('time', 'time'), create('span', 'state'));
  const body = create('div', 'body', create('bdi', 'name'), create('div', 'bubble', text, meta));
  const element = create('div', `message hue-${hue(row.from.id)}`, avatar, body);
  fill(element, row);
  return element;
};

const fill = (element, { cid, from, ts, text, own, state, why }) => {
  const part = name => element.querySelector(`.${name}`);
  Object.assign(element.dataset, { cid: cid ?? '', from: from.id, own: String(own), state });
  setText(part('name'), from.name);
  setText(part('text'), text);
  setText(part('time'), time.format(ts));
  part('time').dateTime = new Date(ts).toISOString();
  part('time').title = moment.format(ts);
  if (own) setText(part('state'), state === 'pending' ? 'Sending…' : state === 'sent' ? 'Sent' : 'Not sent');
  showTrouble(element, state === 'failed' ? (FAILURES.get(why) ?? `Not sent: ${why}.`) : '');
};

/** Setting the same text again would make a screen reader say it again. */
const setText = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

const showTrouble = (element, reason) => {
  element.querySelector('.trouble')?.remove();
  if (reason === '') return;
  const said = create('span', 'reason', reason);
  element.querySelector('.body').append(create('div', 'trouble', said, button('retry', 'Retry'), button('discard', 'Discard')));
};

const showDay = (element, label) => {
  const divider = element.querySelector('.day');
  if (divider?.textContent === label) return;
  divider?.remove();
  if (label !== '') element.prepend(create('p', 'day', create('span', '', label)));
};

const noticeElement = ({ kind, ts }) => {
  const element = create('p', 'notice', create('span', '', NOTICES.get(kind), ' ', create('time', 'time', time.format(ts))));
  element.dataset.kind = kind;
  return element;
};

const initial = name => name.match(/[\p{L}\p{N}\p{Extended_Pictographic}]/u)?.[0].toLocaleUpperCase() ?? '·';

const hue = id => {
  let sum = 0;
  for (const unit of id) sum = (sum * 31 + unit.codePointAt(0)) % 65_521;
  return sum % HUES;
};
