import type { TestApp } from './app';

/** More methods than any route has that does not handle all of them. */
const SOME_METHODS = 5;

interface Layer {
  readonly route?: {
    readonly path: string | RegExp;
    readonly methods: Record<string, boolean>;
  };
}

/** Every route of the running service, as `GET /path/{parameter}`; `ALL` stands for all methods. */
export function routesOf({ app }: TestApp): string[] {
  const { router } = app.getHttpAdapter().getInstance() as {
    router: { stack: Layer[] };
  };
  return router.stack.flatMap(({ route }) => {
    if (!route) return [];
    const path = String(route.path).replaceAll(/:(\w+)/g, '{$1}');
    const methods = Object.keys(route.methods);
    return methods.length > SOME_METHODS
      ? [`ALL ${path}`]
      : methods.map((method) => `${method.toUpperCase()} ${path}`);
  });
}
