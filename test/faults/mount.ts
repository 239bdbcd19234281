import { execFile } from 'node:child_process';
import { copyFile, mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Lab } from './lab';
import { Impossible } from './verdict';

const execute = promisify(execFile);

/** A file system of its own that ends with the scenario. Throws {@link Impossible} where this user may not mount. */
async function mount(
  lab: Lab,
  directory: string,
  ...args: string[]
): Promise<string> {
  const target = join(directory, `mount-${args.at(-1)?.split('/').at(-1)}`);
  await mkdir(target);
  await execute('mount', [...args, target]).catch((error: unknown) => {
    throw new Impossible(
      `This machine does not allow to mount: ${String(error)}`,
    );
  });
  lab.own(target, (path) => execute('umount', ['--lazy', path]));
  // Another user runs PostgreSQL.
  await execute('chmod', ['755', target]);
  return target;
}

/** In memory, of so many megabytes. */
export async function mountMemory(
  lab: Lab,
  megabytes: number,
): Promise<string> {
  return mount(
    lab,
    await lab.directory(),
    '-t',
    'tmpfs',
    '-o',
    `size=${megabytes}m`,
    'tmpfs',
  );
}

/** A disk in a file: what has been made durable is in the file, and what has not is not. */
export class Disk {
  private constructor(
    private readonly lab: Lab,
    private readonly image: string,
    /** Where it is mounted. */
    readonly path: string,
  ) {}

  static async create(lab: Lab, megabytes: number): Promise<Disk> {
    const directory = await lab.directory();
    const image = join(directory, 'disk');
    await writeFile(image, '');
    await truncate(image, megabytes * 2 ** 20);
    await execute('mkfs.ext4', ['-q', '-F', image]).catch((error: unknown) => {
      throw new Impossible(`There is no ext4 here: ${String(error)}`);
    });
    return Disk.mount(lab, directory, image);
  }

  /** The disk as it would be found after the power had failed at this moment. */
  async afterPowerCut(): Promise<Disk> {
    const directory = await this.lab.directory();
    const image = join(directory, 'disk');
    await copyFile(this.image, image);
    return Disk.mount(this.lab, directory, image);
  }

  private static async mount(
    lab: Lab,
    directory: string,
    image: string,
  ): Promise<Disk> {
    return new Disk(
      lab,
      image,
      await mount(lab, directory, '-o', 'loop', image),
    );
  }
}
