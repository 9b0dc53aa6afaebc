/** The joined rooms: switch, leave, see what is unread. Elements are kept, so that the focus stays where it is. */

export class RoomList {
  #list;
  #items = new Map();

  constructor(list, { onEnter, onLeave }) {
    this.#list = list;
    list.addEventListener('click', event => {
      const name = event.target.closest('li')?.dataset.room;
      if (name === undefined) return;
      if (event.target.closest('.leave') !== null) onLeave(name);
      else if (event.target.closest('.room') !== null) onEnter(name);
    });
  }

  render(rooms) {
    for (const [name, item] of this.#items) {
      if (rooms.get(name) !== undefined) continue;
      item.remove();
      this.#items.delete(name);
    }
    for (const room of rooms) {
      this.#item(room.name).querySelector('.room').setAttribute('aria-current', String(room === rooms.current));
      this.refresh(room);
    }
  }

  refresh({ name, state, unread }) {
    const item = this.#item(name);
    item.dataset.state = state;
    showUnread(item.querySelector('.unread'), unread);
  }

  #item(name) {
    const known = this.#items.get(name);
    if (known !== undefined) return known;
    const item = itemElement(name);
    this.#items.set(name, item);
    this.#list.append(item);
    return item;
  }
}

export const showUnread = (badge, count) => {
  badge.hidden = count === 0;
  badge.querySelector('.count').textContent = count > 99 ? '99+' : String(count);
};

const create = (tag, className, ...children) => {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
};

const itemElement = name => {
  const badge = create('span', 'unread', create('span', 'count'), create('span', 'unseen', ' unread'));
  const enter = create('button', 'room', create('bdi', 'room-name', name), badge);
  const leave = create('button', 'leave', create('span', 'unseen', 'Leave ', create('bdi', '', name)));
  enter.type = leave.type = 'button';
  leave.title = 'Leave this room';
  const item = create('li', '', enter, leave);
  item.dataset.room = name;
  return item;
};
