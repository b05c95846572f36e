package dev.embedctl.provider.download;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.remote.Downloads;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The servers of models.
 *
 * @param packages the Maven repository with the packages of known models
 * @param endpoint the hub
 * @param token the user's at the hub
 */
public record Servers(URI packages, URI endpoint, Optional<String> token) {
  private static final String MAVEN_CENTRAL = "https://repo.maven.apache.org/maven2";
  private static final String HUGGING_FACE = "https://huggingface.co";
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  public Servers {
    Objects.requireNonNull(packages);
    Objects.requireNonNull(endpoint);
    Objects.requireNonNull(token);
  }

  /**
   * The servers that a user named, and the public ones in place of others.
   *
   * @param repository the Maven repository that the user named
   * @param env may contain {@code HF_ENDPOINT} and {@code HF_TOKEN}
   * @throws Usage if something else than an address was given, or the token would be readable on
   *     its way
   */
  public static Servers of(Optional<String> repository, Map<String, String> env) {
    Optional<String> token = set("HF_TOKEN", env);
    URI hub = address("HF_ENDPOINT", set("HF_ENDPOINT", env).orElse(HUGGING_FACE));
    if (token.isPresent()
        && hub.getScheme().equals("http")
        && !THIS_MACHINE.contains(hub.getHost())) {
      throw new Usage(
          "HF_ENDPOINT "
              + hub
              + ": the token in HF_TOKEN is not sent over plain http; give an address with https,"
              + " or unset HF_TOKEN");
    }
    return new Servers(
        address("the Maven repository", repository.orElse(MAVEN_CENTRAL)), hub, token);
  }

  private static Optional<String> set(String variable, Map<String, String> env) {
    return Optional.ofNullable(env.get(variable)).map(String::strip).filter(v -> !v.isEmpty());
  }

  private static URI address(String what, String given) {
    try {
      URI address = new URI(given.replaceFirst("/+$", ""));
      String scheme = String.valueOf(address.getScheme());
      if ((scheme.equals("https") || scheme.equals("http"))
          && address.getHost() != null
          && address.getUserInfo() == null
          && address.getRawQuery() == null
          && address.getRawFragment() == null) {
        return address;
      }
    } catch (URISyntaxException e) {
      throw notAnAddress(what); // without the cause, which repeats what may be a secret
    }
    throw notAnAddress(what);
  }

  private static Usage notAnAddress(String what) {
    return new Usage(
        what + ": give an address such as https://HOST/PATH, without a user name and a query");
  }

  Hub hub(Downloads calls) {
    return new Hub(calls, endpoint, token);
  }
}
