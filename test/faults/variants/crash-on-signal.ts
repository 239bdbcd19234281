/** Loaded before the service: makes a mistake of the kind that CRASH names when SIGUSR2 comes. */
const CRASHES: Record<string, () => void> = {
  exception: () => {
    setImmediate(() => {
      throw new Error('On purpose');
    });
  },
  rejection: () => {
    void Promise.reject(new Error('On purpose'));
  },
};

process.on('SIGUSR2', CRASHES[process.env.CRASH ?? '']);
