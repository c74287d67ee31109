export interface Example {
  name: string;
  about: string;
  query: string;
  variables?: Record<string, unknown>;
}
