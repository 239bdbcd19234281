import type { ApiKeyCaller } from '../access/caller';

declare global {
  namespace Express {
    interface Request {
      /** UUID of this request, also in the header X-Request-Id of the response. */
      id: string;
      /** When the request arrived, by the clock that all instances share. */
      receivedAt: Date;
      /** The same by `performance.now()`, which never jumps: to measure how much time is left. */
      arrivedAt: number;
      /** The API key of the caller; absent on public routes and for the administrator. */
      apiKey?: ApiKeyCaller;
    }
  }
}
