package dev.embedctl.provider;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.Parameter;
import dev.embedctl.provider.catalog.Wire;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A base URL as the user typed it, converted to the one form that the cache and the calls use.
 *
 * @param baseUrl the URL with its scheme and a lower-case host, without the path of the call, a
 *     default port or a slash at its end
 * @param model the deployment that a target URI of Azure names
 * @param apiVersion the version that a target URI of Azure names
 * @param notes the changes, in sentences for the user
 */
record ServerAddress(
    URI baseUrl, Optional<String> model, Optional<String> apiVersion, List<String> notes) {

  /** A query, a fragment, or an @ before the path. */
  private static final Pattern MAY_HOLD_SECRETS = Pattern.compile("[?#]|^([^/]*//)?[^/]*@");

  private static final Pattern WITHOUT_SCHEME =
      Pattern.compile("(?<host>[A-Za-z0-9_.-]++|\\[[0-9A-Fa-f:.]++\\])(?::\\d{1,5})?(?:/.*)?");

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.[0-9.]++|\\[::1\\]", Pattern.CASE_INSENSITIVE);

  private static final Pattern AZURE_TARGET =
      Pattern.compile(
          "(?<base>https?://[^/?#@]++)/openai/deployments/(?<model>[^/?#]++)(?:/[^?#]*)?(?:\\?api-version=(?<version>[A-Za-z0-9.-]++))?",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern AZURE_VERSION =
      Pattern.compile("\\?api-version=(?<version>[A-Za-z0-9.-]++)$", Pattern.CASE_INSENSITIVE);

  ServerAddress {
    notes = List.copyOf(notes);
  }

  /**
   * Converts a typed address.
   *
   * @throws Usage if it is not an address; a part that may hold a password is not repeated
   */
  static ServerAddress of(String typed, Wire wire) {
    List<String> notes = new ArrayList<>();
    String url = withScheme(typed.strip(), notes);
    Optional<String> model = Optional.empty();
    Optional<String> version = Optional.empty();
    Matcher target = AZURE_TARGET.matcher(url);
    if (target.matches()) {
      if (wire != Wire.AZURE_OPENAI) {
        throw new Usage(
            Parameter.BASE_URL
                + ": this is an Azure deployment; use "
                + Parameter.PROVIDER
                + " azure-openai for it");
      }
      model = Optional.of(decoded(target.group("model")));
      version = Optional.ofNullable(target.group("version"));
      url = target.group("base");
      notes.add("the base URL names the deployment " + model.get() + ", which is the model");
    } else if (wire == Wire.AZURE_OPENAI) {
      Matcher query = AZURE_VERSION.matcher(url);
      if (query.find()) {
        version = Optional.of(query.group("version"));
        url = url.substring(0, query.start());
      }
    }
    if (MAY_HOLD_SECRETS.matcher(url).find()) {
      throw new Usage(
          Parameter.BASE_URL
              + " must not contain a user, password, query or fragment, since it is stored with"
              + " the cache; put a key into the environment");
    }
    return new ServerAddress(cut(normal(url), wire, notes), model, version, notes);
  }

  /** Whether it is surely on this machine; no name is looked up. */
  boolean isLoopback() {
    return baseUrl.getHost() != null && LOOPBACK.matcher(baseUrl.getHost()).matches();
  }

  private static String decoded(String deployment) {
    try {
      return URLDecoder.decode(deployment, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Usage(
          Parameter.BASE_URL + ": the deployment's name has a % that is followed by no two digits");
    }
  }

  private static String withScheme(String typed, List<String> notes) {
    Matcher bare = WITHOUT_SCHEME.matcher(typed);
    if (typed.contains("://") || !bare.matches()) {
      return typed;
    }
    if (!LOOPBACK.matcher(bare.group("host")).matches()) {
      String shown = typed.split("[?#]", 2)[0]; // a key may stand behind it
      throw new Usage(
          Parameter.BASE_URL
              + " "
              + shown
              + ": the scheme is missing; give https://"
              + shown
              + ", or http://"
              + shown
              + " for a server without TLS");
    }
    notes.add("the base URL has no scheme, so it is http://" + typed);
    return "http://" + typed;
  }

  private static URI normal(String url) {
    try {
      URI uri = new URI(url);
      if (uri.getScheme() == null || uri.getHost() == null) {
        return uri; // not an address; the call will fail with a message
      }
      String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
      int port = uri.getPort();
      boolean usual = port == -1 || port == (scheme.equals("https") ? 443 : 80);
      String path = uri.getRawPath().replaceAll("/+$", "");
      return new URI(
          scheme
              + "://"
              + uri.getHost().toLowerCase(Locale.ROOT)
              + (usual ? "" : ":" + port)
              + path);
    } catch (URISyntaxException e) {
      String shown = url.contains("@") ? "" : " " + url; // what stands before it may be a password
      throw new Usage(Parameter.BASE_URL + shown + ": not an address: " + e.getReason());
    }
  }

  /** The URL without the path of the call, which is added to each call. */
  private static URI cut(URI url, Wire wire, List<String> notes) {
    String whole = url.toString();
    Matcher call = callOf(wire).matcher(whole);
    if (url.getHost() == null || !call.find()) {
      return url;
    }
    notes.add("the base URL ends in " + call.group() + ", which is left out");
    return URI.create(whole.substring(0, call.start()));
  }

  private static Pattern callOf(Wire wire) {
    return switch (wire) {
      case OPENAI, AZURE_OPENAI, VOYAGE, MISTRAL, JINA -> Pattern.compile("/embeddings$");
      case COHERE -> Pattern.compile("/embed$");
      case TEI -> Pattern.compile("(?:/v1)?/embed(?:dings)?$|/v1$");
      case OLLAMA -> Pattern.compile("/api(?:/embed(?:dings)?)?$");
      case BEDROCK -> Pattern.compile("/model/[^/]++/invoke$");
      case GEMINI -> Pattern.compile("/models(?:/[^/]++)?$");
    };
  }
}
