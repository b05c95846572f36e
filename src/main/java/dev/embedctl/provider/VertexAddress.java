package dev.embedctl.provider;

import dev.embedctl.model.EmbedctlException.Usage;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The address of Vertex AI for a project and a region, which are part of it.
 *
 * @param baseUrl the address of the project in the region
 * @param note where project and region come from, for the user
 */
record VertexAddress(URI baseUrl, String note) {
  private static final String PROJECT = "GOOGLE_CLOUD_PROJECT";
  private static final String REGION = "GOOGLE_CLOUD_LOCATION";
  private static final String USUAL_REGION = "us-central1";
  private static final String EVERYWHERE = "global";

  /** The host of the region {@code global}; other regions have their names in front. */
  private static final String HOST = "aiplatform.googleapis.com";

  private static final Pattern PROJECT_ID = Pattern.compile("[A-Za-z0-9.:-]++");
  private static final Pattern REGION_NAME = Pattern.compile("[a-z0-9-]++");

  /** Whether an address names a project already. */
  static boolean isOfAProject(URI address) {
    return String.valueOf(address.getPath()).contains("/projects/");
  }

  /**
   * The address for the project and region of an environment.
   *
   * @param named an address without a project
   * @param project the project, if it is known
   * @throws Usage if it is not known, or a name is wrong
   */
  static VertexAddress of(URI named, Optional<String> project, Map<String, String> env) {
    String id =
        project.orElseThrow(
            () ->
                new Usage(
                    "the project for Vertex AI is not known: set "
                        + PROJECT
                        + " to the id of a project of Google Cloud"));
    check(PROJECT_ID, id, "the project's id");
    Optional<String> set =
        Stream.of(REGION, "GOOGLE_CLOUD_REGION")
            .map(name -> env.getOrDefault(name, "").strip())
            .filter(value -> !value.isEmpty())
            .findFirst();
    String region = set.orElse(USUAL_REGION);
    check(REGION_NAME, region, REGION);
    boolean regional = HOST.equals(named.getHost()) && !region.equals(EVERYWHERE);
    String path = Objects.requireNonNullElse(named.getRawPath(), "");
    return new VertexAddress(
        URI.create(
            named.getScheme()
                + "://"
                + (regional ? region + "-" : "")
                + named.getRawAuthority()
                + (path.isEmpty() ? "/v1" : path)
                + "/projects/"
                + id
                + "/locations/"
                + region),
        "calls the project "
            + id
            + " in the region "
            + region
            + (set.isPresent() ? "" : ", the default; " + REGION + " sets another"));
  }

  private static void check(Pattern valid, String value, String what) {
    if (!valid.matcher(value).matches()) {
      throw new Usage(what + " is not valid: " + value);
    }
  }
}
