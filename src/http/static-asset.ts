import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';

const compress = promisify(gzip);

/** A file that stays the same while the process runs. It is compressed once, outside the event loop, and served from memory. */
export class StaticAsset {
  private constructor(
    private readonly type: string,
    private readonly etag: string,
    private readonly plain: Buffer,
    /** Absent where compression saves nothing, as for an image. */
    private readonly compressed: Buffer | undefined,
  ) {}

  /** `type`: its Content-Type. */
  static async prepare(
    content: string | Buffer,
    type: string,
  ): Promise<StaticAsset> {
    const plain = Buffer.from(content);
    const compressed = await compress(plain);
    return new StaticAsset(
      type,
      // Weak, because both encodings share it.
      `W/"${hash('sha256', plain, 'base64url')}"`,
      plain,
      compressed.length < plain.length ? compressed : undefined,
    );
  }

  /** Returns it for GET and HEAD, or 304 when the client has it already. */
  send(request: Request, response: Response): void {
    response.set({
      'Content-Type': this.type,
      // Clients store a copy and revalidate it on each use.
      'Cache-Control': 'no-cache',
      ETag: this.etag,
      ...(this.compressed && { Vary: 'Accept-Encoding' }),
    });
    if (this.compressed && request.acceptsEncodings('gzip')) {
      response.set('Content-Encoding', 'gzip').send(this.compressed);
    } else {
      response.send(this.plain);
    }
  }
}
