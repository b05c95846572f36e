package dev.embedctl.provider.catalog;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.NameHint;
import dev.embedctl.provider.ProviderLimits.Counted;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads a {@code catalog.json}: an object of providers, each with its models. */
final class CatalogReader {
  private static final String WIRE = "wire";
  private static final String BASE_URL = "base_url";
  private static final String KEY = "key";
  private static final String DEFAULT_MODEL = "default_model";
  private static final String API_VERSION = "api_version";
  private static final String TEXTS_PER_REQUEST = "texts_per_request";
  private static final String TOKENS_PER_REQUEST = "tokens_per_request";
  private static final String BYTES_PER_REQUEST = "bytes_per_request";
  private static final String COUNTS = "counts";
  private static final String MODELS = "models";
  private static final List<String> MEMBERS =
      List.of(
          WIRE,
          BASE_URL,
          KEY,
          DEFAULT_MODEL,
          API_VERSION,
          TEXTS_PER_REQUEST,
          TOKENS_PER_REQUEST,
          BYTES_PER_REQUEST,
          COUNTS,
          MODELS);

  private static final String NEEDS_MORE =
      " (a provider of your own needs " + WIRE + " and " + BASE_URL + ")";

  private static final List<String> COUNTED =
      Arrays.stream(Counted.values()).map(each -> each.name().toLowerCase(Locale.ROOT)).toList();

  private CatalogReader() {}

  /**
   * Reads providers by name.
   *
   * @param file the file's name in messages
   * @param known providers that exist already; a new one needs an address and an API
   * @throws Usage if the file is not a catalog; the message names file and line
   */
  static Map<String, CatalogProvider> read(String file, InputStream in, Collection<String> known)
      throws IOException {
    return StrictJson.read(
        file,
        in,
        json -> {
          Map<String, CatalogProvider> read = new LinkedHashMap<>();
          json.object(
              "an object of providers",
              name -> {
                CatalogProvider provider = provider(json);
                check(json, name, provider, known);
                read.put(name, provider);
              });
          return read;
        });
  }

  private static void check(
      StrictJson json, String name, CatalogProvider value, Collection<String> known) {
    if (known.contains(name)) {
      if (value.wire().isPresent()) {
        // Cached vectors are stored under its name, and belong to its API.
        throw json.wrong(
            "the " + WIRE + " of " + name + " cannot be changed; give your provider another name");
      }
    } else if (value.wire().isEmpty()) {
      throw json.wrong("no provider '" + name + "'" + NameHint.among(name, known) + NEEDS_MORE);
    } else if (value.baseUrl().isEmpty() && !known.isEmpty()) {
      throw json.wrong("provider '" + name + "' is new" + NEEDS_MORE);
    }
  }

  private static CatalogProvider provider(StrictJson json) throws IOException {
    Draft draft = new Draft();
    json.object(
        "an object that describes a provider",
        found -> {
          String member = json.known(found, "member", MEMBERS);
          switch (member) {
            case WIRE -> draft.wire = Optional.of(wire(json));
            case BASE_URL -> draft.baseUrl = Optional.of(address(json));
            case KEY -> draft.key = Optional.of(variable(json));
            case DEFAULT_MODEL -> draft.defaultModel = Optional.of(json.string(member));
            case API_VERSION -> draft.apiVersion = Optional.of(json.string(member));
            case TEXTS_PER_REQUEST -> draft.texts = OptionalInt.of(json.count(member));
            case TOKENS_PER_REQUEST -> draft.tokens = OptionalInt.of(json.count(member));
            case BYTES_PER_REQUEST -> draft.bytes = OptionalInt.of(json.count(member));
            case COUNTS -> draft.counts = Optional.of(counted(json));
            case MODELS ->
                json.object(
                    "an object of models",
                    name -> draft.models.put(name, CatalogModelReader.read(json)));
            default -> throw new IllegalStateException("a member without a reader: " + member);
          }
        });
    return draft.whole();
  }

  /** The values of a provider that were read so far. */
  private static final class Draft {
    private Optional<Wire> wire = Optional.empty();
    private Optional<URI> baseUrl = Optional.empty();
    private Optional<String> key = Optional.empty();
    private Optional<String> defaultModel = Optional.empty();
    private Optional<String> apiVersion = Optional.empty();
    private OptionalInt texts = OptionalInt.empty();
    private OptionalInt tokens = OptionalInt.empty();
    private OptionalInt bytes = OptionalInt.empty();
    private Optional<Counted> counts = Optional.empty();
    private final Map<String, CatalogModel> models = new LinkedHashMap<>();

    CatalogProvider whole() {
      return new CatalogProvider(
          wire, baseUrl, key, defaultModel, apiVersion, texts, tokens, bytes, counts, models);
    }
  }

  private static Wire wire(StrictJson json) throws IOException {
    return Wire.of(json.known(json.string(WIRE), WIRE, Wire.names()));
  }

  private static Counted counted(StrictJson json) throws IOException {
    String value = json.known(json.string(COUNTS), "kind of count", COUNTED);
    return Counted.valueOf(value.toUpperCase(Locale.ROOT));
  }

  /** The name of a variable. The message does not repeat the value, which may be a key. */
  private static String variable(StrictJson json) throws IOException {
    String value = json.string(KEY);
    if (!value.matches("[A-Z_][A-Z0-9_]*")) {
      throw json.wrong(
          KEY
              + " must be the name of an environment variable in capitals, not the key itself;"
              + " set the key in the environment");
    }
    return value;
  }

  /** An address without slashes at its end. */
  private static URI address(StrictJson json) throws IOException {
    String value = json.string(BASE_URL);
    try {
      URI address = new URI(value.replaceAll("/+$", ""));
      boolean plain = address.getRawQuery() == null && address.getRawUserInfo() == null;
      if (address.getHost() != null && plain && address.getRawFragment() == null) {
        return address;
      }
    } catch (URISyntaxException e) {
      throw json.wrong(BASE_URL + " is not a URL: " + e.getReason());
    }
    throw json.wrong(BASE_URL + " must be an http or https URL without user, password or query");
  }
}
