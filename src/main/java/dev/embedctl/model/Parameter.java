package dev.embedctl.model;

import java.util.Locale;

/**
 * A setting of a run, for messages that name one. A message holds {@link #toString()}, for example
 * {@code `max-tokens`}: the command line replaces it with the option's name.
 */
public enum Parameter {
  ALLOW_INSECURE,
  ALLOW_MODEL,
  API_KEY_ENV,
  BASE_URL,
  CACHE,
  CACHE_ONLY,
  CACHE_WAIT,
  CA_CERT,
  CLIENT_CERT,
  CLIENT_KEY,
  CONCURRENCY,
  DELIMITER,
  DIMENSIONS,
  ENCODING,
  HEADER,
  ID_FIELD,
  INPUT_FORMAT,
  INPUT_TYPE,
  LANE,
  MAX_COST,
  MAX_ERRORS,
  MAX_TOKENS,
  METADATA,
  MIN_COSINE,
  MODEL,
  NO_CACHE,
  NORMALIZE,
  OUTPUT_FORMAT,
  OVERSIZE,
  PREFIX,
  PROVIDER,
  QUERY,
  QUOTE,
  TEMPLATE,
  TEXT_FIELD,
  TEXTS_PER_REQUEST,
  VECTOR_FORMAT;

  /** Its name in settings files, for example {@code max-tokens}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public String toString() {
    return '`' + key() + '`';
  }
}
