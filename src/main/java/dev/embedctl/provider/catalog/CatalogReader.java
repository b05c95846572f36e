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
      " (one of your own needs " + WIRE + " and " + BASE_URL + ")";

  private static final List<String> COUNTED =
      Arrays.stream(Counted.values()).map(each -> each.name().toLowerCase(Locale.ROOT)).toList();

  private CatalogReader() {}

  /**
   * Providers by name.
   *
   * @param file what messages call the file
   * @param known providers that there are already; another one must say where and what it is
   * @throws Usage where the file is no catalog; the message names file and line
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
      StrictJson json, String name, CatalogProvider said, Collection<String> known) {
    if (known.contains(name)) {
      if (said.wire().isPresent()) {
        // Cached vectors bear its name: they are those of the API that it speaks.
        throw json.wrong(
            "the " + WIRE + " of " + name + " cannot be changed; give yours a name of its own");
      }
    } else if (said.wire().isEmpty()) {
      throw json.wrong("no provider '" + name + "'" + NameHint.among(name, known) + NEEDS_MORE);
    } else if (said.baseUrl().isEmpty() && !known.isEmpty()) {
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
            default -> throw new IllegalStateException("a member nobody reads: " + member);
          }
        });
    return draft.whole();
  }

  /** What was read of a provider so far. */
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
    String said = json.known(json.string(COUNTS), "kind of count", COUNTED);
    return Counted.valueOf(said.toUpperCase(Locale.ROOT));
  }

  /** The name of a variable; what may be a key itself is not repeated. */
  private static String variable(StrictJson json) throws IOException {
    String said = json.string(KEY);
    if (!said.matches("[A-Z_][A-Z0-9_]*")) {
      throw json.wrong(
          KEY
              + " is the name of an environment variable, in capitals, and no key: put the key into"
              + " the environment");
    }
    return said;
  }

  /** An address as {@code --base-url} takes it, without a slash at its end. */
  private static URI address(StrictJson json) throws IOException {
    String said = json.string(BASE_URL);
    try {
      URI address = new URI(said.replaceAll("/+$", ""));
      boolean plain = address.getRawQuery() == null && address.getRawUserInfo() == null;
      if (address.getHost() != null && plain && address.getRawFragment() == null) {
        return address;
      }
    } catch (URISyntaxException e) {
      throw json.wrong(BASE_URL + " is no address: " + e.getReason());
    }
    throw json.wrong(BASE_URL + " is an http or https address without user, password or query");
  }
}
