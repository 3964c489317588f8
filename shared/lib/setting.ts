/** A type of settings: the form of an environment variable's text. */
export interface SettingType<T> {
  /** The accepted values, in words that follow "expected". */
  readonly expected: string;
  /** Returns the text's value; `undefined` if the text is not accepted. */
  parse(text: string): T | undefined;
}

/** A setting. */
export interface Setting<T> extends SettingType<T> {
  /** Sentences in Markdown. Only `contract/` reads them. */
  readonly description: string;
  /** The value of an unset variable; a setting without it is required. */
  readonly unset?: { readonly value: T };
}

/** The values of settings. */
export type SettingValues<Settings> = {
  [Name in keyof Settings]: Settings[Name] extends Setting<infer Value> ? Value : never;
};

/** Describes a setting that has to be set. */
export function required<T>(type: SettingType<T>, description: string): Setting<T> {
  return { ...type, description };
}

/** Describes a setting that may be unset: its value is then `undefined`. */
export function optional<T>(type: SettingType<T>, description: string): Setting<T | undefined> {
  return { ...type, description, unset: { value: undefined } };
}

/** Describes a setting with a default. */
export function withDefault<T>(
  type: SettingType<T>,
  value: T,
  description: string,
): Setting<T> {
  return { ...type, description, unset: { value } };
}
