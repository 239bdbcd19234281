import type { ApiKeyCaller } from '../auth/caller';

declare global {
  namespace Express {
    interface Request {
      /** UUID of this request, also in the answer's X-Request-Id. */
      id: string;
      /** The moment the request arrived: the clock is read once. */
      receivedAt: Date;
      /** The key that the request was let in with; absent on public routes and for the administrator. */
      apiKey?: ApiKeyCaller;
    }
  }
}
