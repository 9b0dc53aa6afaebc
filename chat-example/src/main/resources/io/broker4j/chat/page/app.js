/** The page: its elements, the address and the browser's events, tied to the conversation. */

import { Chat } from './chat.js';
import { Composer } from './composer.js';
import { Identity, rememberedRooms } from './identity.js';
import { LogView } from './log.js';
import { RoomList, showUnread } from './room-list.js';
import { StatusView } from './status.js';
import { canonical, nameProblem } from './text.js';

const LOBBY = 'lobby';

const $ = id => document.getElementById(id);

const identity = new Identity();

const screen = {
  phase: (phase, detail) => status.show(phase, detail),
  welcomed,
  nameRefused,
  current: showRoom,
  rooms: render,
  unread: renderUnread,
  reset: room => isCurrent(room) && log.show(room),
  prepend: (room, rows) => isCurrent(room) && log.prepend(rows),
  older: room => isCurrent(room) && log.older(),
  place: (room, row) => isCurrent(room) && log.place(row),
  await: (room, message) => isCurrent(room) && log.await(message),
  refresh: message => log.refresh(message),
  drop: (room, rows) => isCurrent(room) && log.drop(rows),
  attentive,
};

const chat = new Chat({
  url: `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/ws`,
  identity,
  screen,
});
const log = new LogView($('log'), { onAct: act, onAtEnd: atEnd, onAtStart: () => chat.older() });
const roomList = new RoomList($('rooms'), { onEnter: enter, onLeave: leave });
const status = new StatusView({ status: $('status'), banner: $('banner'), text: $('banner-text'), retry: $('banner-retry') });
const composer = new Composer({
  form: $('composer'),
  text: $('text'),
  note: $('composer-note'),
  limit: () => chat.limits.text,
  submit: text => chat.say(text),
});

// Rooms

function enter(name) {
  const problem = chat.enter(name);
  $('room-error').textContent = problem;
  if (problem === '') showPanel('log');
  return problem;
}

function leave(name) {
  chat.leave(name);
  ($('rooms').querySelector('[aria-current="true"]') ?? $('room-input')).focus();
}

function showRoom(room, before) {
  if (before !== null) before.draft = composer.draft;
  composer.draft = room?.draft ?? '';
  log.show(room);
  showInAddress(room?.name ?? '');
}

function isCurrent(room) {
  return room === chat.rooms.current;
}

function roomTitle() {
  return chat.rooms.current?.name ?? 'No room';
}

function render() {
  const { rooms } = chat;
  roomList.render(rooms);
  $('room-title').textContent = roomTitle();
  $('log').dataset.room = rooms.current?.name ?? '';
  $('log').setAttribute('aria-label', `Messages in ${roomTitle()}`);
  $('empty').hidden = rooms.current === null;
  renderUnread(rooms.current);
}

/** What each message may change: cheap, since a busy room runs it often. */
function renderUnread(room) {
  const { current, unread } = chat.rooms;
  if (room !== null) roomList.refresh(room);
  showUnread($('unread-elsewhere'), unread - (current?.unread ?? 0));
  const pill = $('new-messages');
  pill.hidden = !current?.unread || (log.atEnd && !current.detached);
  pill.textContent = current?.unread === 1 ? '1 new message' : `${current?.unread ?? 0} new messages`;
  // Isolated, so that a name's direction does not turn the rest of the title around.
  document.title = `${unread > 0 ? `(${unread}) ` : ''}\u2068${roomTitle()}\u2069 · Broker4J chat`;
}

// Messages

function act(verb, message) {
  if (verb === 'retry') chat.retry(message);
  else chat.discard(message);
  composer.focus();
}

function attentive() {
  return document.visibilityState === 'visible' && log.atEnd;
}

function atEnd() {
  if (chat.rooms.current?.detached) chat.latest();
  else seen();
}

function seen() {
  if (attentive()) chat.seen();
}

// Name

function start() {
  $('my-name').textContent = identity.name;
  $('app').dataset.named = 'true';
  chat.connect();
}

function editName(open) {
  $('name-form').hidden = !open;
  $('me').setAttribute('aria-expanded', String(open));
  $('name-error').textContent = '';
  if (!open) return;
  const first = identity.name === '';
  $('name').value = identity.name;
  $('name-heading').textContent = first ? 'What should we call you?' : 'Change your name';
  $('name-save').textContent = first ? 'Start chatting' : 'Save';
  $('name-cancel').hidden = first;
  showPanel('log');
  $('name').focus();
}

function saveName() {
  const name = canonical($('name').value);
  const problem = nameProblem(name, chat.limits.name);
  $('name-error').textContent = problem;
  if (problem !== '') return;
  const changed = name !== identity.name;
  identity.name = name;
  editName(false);
  if (changed) start();
  composer.focus();
}

function nameRefused() {
  editName(true);
  $('name-error').textContent = 'The server did not accept this name.';
}

function welcomed(node, name) {
  $('node').textContent = node;
  $('node').title = node;
  $('server').hidden = node === '';
  $('my-name').textContent = name;
}

// Address

function roomOfAddress() {
  const hash = location.hash.slice(1);
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
}

/** The way back leads through the rooms that were shown; the first one is where the way begins. */
function showInAddress(name) {
  if (roomOfAddress() === name) return;
  const address = name === '' ? location.pathname : `#${encodeURIComponent(name)}`;
  if (location.hash === '') history.replaceState(null, '', address);
  else history.pushState(null, '', address);
}

function showPanel(panel) {
  $('app').dataset.panel = panel;
  $('rooms-toggle').setAttribute('aria-expanded', String(panel === 'rooms'));
}

// Events

const on = (id, type, listener) =>
  $(id).addEventListener(type, event => {
    event.preventDefault();
    listener();
  });

on('name-form', 'submit', saveName);
on('name-cancel', 'click', () => {
  editName(false);
  composer.focus();
});
on('me', 'click', () => editName(true));
on('room-form', 'submit', () => {
  if (enter($('room-input').value) !== '') return;
  $('room-input').value = '';
  composer.focus();
});
on('rooms-toggle', 'click', () => showPanel($('app').dataset.panel === 'rooms' ? 'log' : 'rooms'));
on('skip', 'click', () => composer.focus());
on('banner-retry', 'click', () => chat.connect());
on('new-messages', 'click', () => {
  chat.latest();
  log.toEnd();
  composer.focus();
});

document.addEventListener('keydown', event => {
  if (event.key === 'Escape') showPanel('log');
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  chat.wake();
  seen();
});
addEventListener('online', () => chat.wake());
addEventListener('pageshow', () => chat.wake());
addEventListener('hashchange', () => enter(roomOfAddress() || LOBBY));

// Start

const remembered = rememberedRooms().filter(name => canonical(name) === name && nameProblem(name, chat.limits.room) === '');
for (const name of remembered) chat.rooms.add(name);
if (chat.enter(roomOfAddress()) !== '') chat.enter(remembered[0] ?? LOBBY);
if (identity.name === '') editName(true);
else start();
