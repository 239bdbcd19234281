import type { ApiKeyCaller } from '../access/caller';

declare global {
  namespace Express {
    interface Request {
      /** UUID of this request, also in the answer's X-Request-Id. */
      id: string;
      /** The moment the request arrived, by the clock that all instances share. */
      receivedAt: Date;
      /** The same by `performance.now()`, which nobody sets: for what is left of the time to answer. */
      arrivedAt: number;
      /** The key that the request was let in with; absent on public routes and for the administrator. */
      apiKey?: ApiKeyCaller;
    }
  }
}
