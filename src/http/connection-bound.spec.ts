import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import { ConnectionBound } from './connection-bound';

const isClosed = (sockets: readonly Socket[]) =>
  sockets.map(({ destroyed }) => destroyed);

describe('the bound of connections', () => {
  let bound: ConnectionBound;
  let server: EventEmitter;

  beforeEach(() => {
    server = new EventEmitter();
    bound = new ConnectionBound(3);
    bound.watch(server as Server);
  });

  function connect(): Socket {
    const socket = new Socket();
    server.emit('connection', socket);
    return socket;
  }

  const whole = { complete: true } as IncomingMessage;
  const unfinished = { complete: false } as IncomingMessage;

  it('closes the one that has waited longest, and takes the new one', () => {
    const sockets = [connect(), connect(), connect()];
    const late = connect();
    expect(isClosed([...sockets, late])).toEqual([true, false, false, false]);
  });

  it('closes one for each new one', () => {
    const sockets = [connect(), connect(), connect(), connect(), connect()];
    expect(isClosed(sockets)).toEqual([true, true, false, false, false]);
  });

  it('takes an answered request for the begin of a new wait', () => {
    const [first, second, third] = [connect(), connect(), connect()];
    bound.begin(first, whole);
    bound.wait(first);
    connect();
    expect(isClosed([first, second, third])).toEqual([false, true, false]);
  });

  it('takes an unfinished request for no end of the wait', () => {
    const [first, second] = [connect(), connect(), connect()];
    bound.begin(first, unfinished);
    connect();
    expect(isClosed([first, second])).toEqual([true, false]);
  });

  it('does not close what has a whole request in work', () => {
    const [first, second, third] = [connect(), connect(), connect()];
    bound.begin(first, whole);
    connect();
    expect(isClosed([first, second, third])).toEqual([false, true, false]);
  });

  it('closes the new one where all others have a whole request in work', () => {
    const sockets = [connect(), connect(), connect()];
    for (const socket of sockets) bound.begin(socket, whole);
    const late = connect();
    expect(isClosed([...sockets, late])).toEqual([false, false, false, true]);
  });

  it('does not count what has been closed', async () => {
    const [first, second] = [connect(), connect(), connect()];
    const closed = once(second, 'close');
    second.destroy();
    await closed;
    // Its answer may come later.
    bound.begin(second, whole);
    bound.wait(second);
    connect();
    expect(isClosed([first])).toEqual([false]);
  });
});
