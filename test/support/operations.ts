/** What is read of an OpenAPI document. */
export interface Document {
  readonly paths: Record<string, Record<string, Described>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

interface Described {
  readonly parameters?: { readonly in: string; readonly name: string }[];
  readonly requestBody?: {
    readonly content: Record<string, { readonly schema: Schema }>;
  };
}

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Record<string, Schema>;
  readonly required?: readonly string[];
  readonly example?: unknown;
}

/** A call of the management API, as the OpenAPI document describes it. */
export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly pathParameters: readonly string[];
  /** Absent where the call takes no body. */
  readonly body?: BodyShape;
}

export interface BodyShape {
  /** The least that is valid. */
  readonly base: Record<string, unknown>;
  /** Of every member, also of those within members: the names that lead to it. */
  readonly members: readonly (readonly string[])[];
}

/** Every operation under /v1. */
export function operationsOf(document: Document): Operation[] {
  return Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/v1/'))
    .flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => {
        const { parameters = [], requestBody } = operation;
        const names = (place: string) =>
          parameters
            .filter((each) => each.in === place)
            .map(({ name }) => name);
        const schema = requestBody?.content['application/json'].schema;
        return {
          name: `${method.toUpperCase()} ${path}`,
          method: method.toUpperCase(),
          path,
          query: names('query'),
          pathParameters: names('path'),
          ...(schema && { body: shapeOf(schema, document) }),
        };
      }),
    );
}

function shapeOf(schema: Schema, document: Document): BodyShape {
  const { properties = {}, required = [] } = resolve(schema, document);
  const entries = Object.entries(properties);
  return {
    base: Object.fromEntries(
      entries
        .filter(([name]) => required.includes(name))
        .map(([name, each]) => [name, each.example ?? {}]),
    ),
    members: entries.flatMap(([name, each]) => [
      [name],
      ...shapeOf(each, document).members.map((path) => [name, ...path]),
    ]),
  };
}

function resolve(schema: Schema, document: Document): Schema {
  const reference = schema.$ref ?? schema.allOf?.[0].$ref;
  if (!reference) return schema;
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return document.components.schemas[name];
}
