import { FairTurns } from './fair-turns';

/** Jobs such as `A1`: of the owner A, made at 1. */
function play(maxRunning: number) {
  const turns = new FairTurns();
  let waiting: ReturnType<typeof entryOf>[] = [];
  const running: ReturnType<typeof entryOf>[] = [];
  const entryOf = (id: string) => ({
    job: {
      id,
      owner: id[0],
      createdAt: new Date(parseInt(id.slice(1), 10) || 9),
    },
    arrival: turns.arrive(),
  });
  const begun: string[] = [];
  const begin = () => {
    while (running.length < maxRunning) {
      const next = turns.next(waiting);
      if (!next) return;
      waiting = waiting.filter((entry) => entry !== next);
      turns.begin(next.job);
      running.push(next);
      begun.push(next.job.id);
    }
  };
  return {
    arrive: (...ids: string[]) => {
      waiting.push(...ids.map(entryOf));
      begin();
    },
    /** This one ends, or the one that has run longest. */
    end: (id = running[0].job.id) => {
      const which = running.findIndex(({ job }) => job.id === id);
      turns.end(running.splice(which, 1)[0].job);
      begin();
    },
    begun,
  };
}

describe('FairTurns', () => {
  it('begins the oldest job of an owner, whatever the order of arrival', () => {
    const { arrive, end, begun } = play(1);
    arrive('A3', 'A1', 'A2');
    end();
    end();
    expect(begun).toEqual(['A1', 'A2', 'A3']);
  });

  it('begins jobs of the same age in the order of their arrival', () => {
    const { arrive, end, begun } = play(1);
    arrive('A1', 'Ab', 'Aa');
    end();
    end();
    expect(begun).toEqual(['A1', 'Ab', 'Aa']);
  });

  it('prefers the owner with the fewest running jobs', () => {
    const { arrive, end, begun } = play(2);
    arrive('A1', 'A2', 'A3', 'A4');
    arrive('B9');
    end();
    expect(begun).toEqual(['A1', 'A2', 'B9']);
  });

  it('counts what still runs, however long an owner has waited since its last turn', () => {
    const { arrive, end, begun } = play(4);
    arrive('A1', 'A2', 'B3', 'C4');
    arrive('A5', 'B6', 'B7');
    end('C4');
    end('B3');
    end('A1');
    expect(begun.slice(4)).toEqual(['B6', 'B7', 'A5']);
  });

  it('lets owners take turns where one runs at a time, though the jobs of one are older', () => {
    const { arrive, end, begun } = play(1);
    arrive('A1', 'A2', 'A3', 'A4', 'B5', 'B6', 'C7');
    for (let i = 0; i < 6; i++) end();
    expect(begun).toEqual(['A1', 'B5', 'C7', 'A2', 'B6', 'A3', 'A4']);
  });

  it('gives a new owner one turn, not all turns', () => {
    const { arrive, end, begun } = play(1);
    arrive('A1', 'A2', 'A3');
    arrive('B4');
    end();
    arrive('C5');
    end();
    end();
    arrive('D6');
    end();
    expect(begun).toEqual(['A1', 'B4', 'A2', 'C5', 'A3']);
  });
});
