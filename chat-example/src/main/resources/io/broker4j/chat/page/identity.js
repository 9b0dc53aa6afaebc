/** Who this browser is: a name people see, and a key that only the server sees. Kept across visits where storage is allowed. */

import { canonical } from './text.js';

const NAME = 'broker4j.chat.name';
const KEY = 'broker4j.chat.key';
const ROOMS = 'broker4j.chat.rooms';

/** Storage may be forbidden or full: the visit then works the same and is not remembered. */
const read = slot => {
  try {
    return localStorage.getItem(slot) ?? '';
  } catch {
    return '';
  }
};
const write = (slot, value) => {
  try {
    localStorage.setItem(slot, value);
  } catch {
    // nothing to do: see above
  }
};

export const randomHex = bytes =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), byte => byte.toString(16).padStart(2, '0')).join('');

export class Identity {
  #name = canonical(read(NAME));
  #key = read(KEY);

  constructor() {
    if (/^[0-9a-f]{32}$/.test(this.#key)) return;
    this.#key = randomHex(16);
    write(KEY, this.#key);
  }

  get name() {
    return this.#name;
  }

  set name(name) {
    this.#name = name;
    write(NAME, name);
  }

  get key() {
    return this.#key;
  }
}

export const rememberedRooms = () => {
  try {
    const rooms = JSON.parse(read(ROOMS));
    return Array.isArray(rooms) ? rooms.filter(room => typeof room === 'string') : [];
  } catch {
    return [];
  }
};

export const rememberRooms = rooms => write(ROOMS, JSON.stringify(rooms));
