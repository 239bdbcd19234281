import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { ACCESS } from '../../../src/access/access.decorator';
import { startApp, type TestApp } from '../../support/app';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});

afterAll(() => app.close());

/** Every handler of every controller, as `Controller.handler`, with what it declares. */
function handlers() {
  const scanner = new MetadataScanner();
  return [...app.app.get(ModulesContainer).values()]
    .flatMap(({ controllers }) => [...controllers.values()])
    .flatMap(({ metatype }) => {
      const { prototype, name } = metatype as {
        prototype: Record<string, object>;
        name: string;
      };
      return scanner.getAllMethodNames(prototype).map((method) => ({
        handler: prototype[method],
        owner: metatype as object,
        name: `${name}.${method}`,
      }));
    })
    .filter(
      ({ handler }) =>
        Reflect.hasMetadata(PATH_METADATA, handler) &&
        Reflect.hasMetadata(METHOD_METADATA, handler),
    )
    .map(({ handler, owner, name }) => ({
      name,
      access: (Reflect.getMetadata(ACCESS, handler) ??
        Reflect.getMetadata(ACCESS, owner)) as unknown,
    }));
}

describe('every route', () => {
  it('declares who may call it', () => {
    const declared = handlers();
    expect(declared.length).toBeGreaterThanOrEqual(15);
    const undeclared = declared.filter(
      ({ access }) =>
        !['public', 'optional-key', 'admin', 'read', 'ingest'].includes(
          String(access),
        ),
    );
    expect(undeclared).toEqual([]);
  });

  it('is only public where the contract says so', () => {
    const open = handlers()
      .filter(({ access }) => access === 'public')
      .map(({ name }) => name.split('.')[0]);
    expect(new Set(open)).toEqual(
      new Set(['HealthController', 'ProblemsController']),
    );
  });
});
