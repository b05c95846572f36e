package dev.embedctl.provider.download;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.provider.local.HubModel;
import dev.embedctl.provider.remote.Downloads;
import dev.embedctl.provider.remote.Downloads.Received;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The API of a Hugging Face hub or of a mirror of one. */
final class Hub {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_REPLY = 1 << 25;
  private static final int MOST_PAGES = 100;
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern NEXT_PAGE =
      Pattern.compile("<[^>?]*(\\?[^>]+)>\\s*;\\s*rel=\"?next\"?");

  /** Paths that need no encoding in an address and stay in their folder. */
  private static final Pattern PATH = Pattern.compile("\\w[\\w.+-]*(?:/\\w[\\w.+-]*)*");

  private final Downloads calls;
  private final URI endpoint;
  private final Optional<String> authorization;

  /**
   * A hub.
   *
   * @param endpoint its address, without a slash at the end
   * @param token the user's, for models that are not open to everyone
   */
  Hub(Downloads calls, URI endpoint, Optional<String> token) {
    this.calls = calls;
    this.endpoint = endpoint;
    this.authorization = token.map(value -> "Bearer " + value);
  }

  /**
   * What a revision is.
   *
   * @param licence as the model's card states it
   */
  record Revision(String commit, Optional<String> licence) {}

  /**
   * The commit of a model's revision.
   *
   * @throws RunFailed if the hub does not answer, or has no such model
   */
  Revision revision(HubModel model) throws InterruptedException {
    URI address = api(model.repository() + "/revision/" + model.revision().replace("/", "%2F"));
    try (Received reply = call(address, model)) {
      JsonNode info = json(reply);
      String commit = info.path("sha").asText();
      if (!COMMIT.matcher(commit).matches()) {
        throw reply.failure("the reply names no commit; check that HF_ENDPOINT is a hub");
      }
      return new Revision(
          commit,
          Optional.of(info.path("cardData").path("license"))
              .filter(JsonNode::isTextual)
              .map(JsonNode::asText));
    }
  }

  /** The files of a commit that have plain names and checksums. */
  List<HubFile> files(HubModel commit) throws InterruptedException {
    List<HubFile> files = new ArrayList<>();
    Optional<URI> next =
        Optional.of(api(commit.repository() + "/tree/" + commit.revision() + "?recursive=true"));
    for (int page = 0; next.isPresent() && page < MOST_PAGES; page++) {
      try (Received reply = call(next.get(), commit)) {
        for (JsonNode entry : json(reply)) {
          file(entry).ifPresent(files::add);
        }
        next = nextPage(reply);
      }
    }
    return files;
  }

  /** A file's checksum is its content's if the hub stores it apart from Git, else Git's own. */
  private static Optional<HubFile> file(JsonNode entry) {
    String path = entry.path("path").asText();
    if (!entry.path("type").asText().equals("file") || !PATH.matcher(path).matches()) {
      return Optional.empty();
    }
    JsonNode large = entry.path("lfs");
    boolean isLarge = large.hasNonNull("oid");
    String hex = (isLarge ? large : entry).path("oid").asText();
    if (!hex.matches(isLarge ? "[0-9a-f]{64}" : "[0-9a-f]{40}")) {
      return Optional.empty(); // it could not be checked
    }
    return Optional.of(
        new HubFile(
            path,
            (isLarge ? large : entry).path("size").asLong(),
            new Checksum(isLarge ? Checksum.Kind.SHA256 : Checksum.Kind.GIT_BLOB, hex)));
  }

  /** The next page is requested from the same server: that of a mirror may name the hub itself. */
  private static Optional<URI> nextPage(Received reply) {
    String page = reply.address().toString().replaceFirst("\\?.*", "");
    try {
      return reply.headers().allValues("Link").stream()
          .map(NEXT_PAGE::matcher)
          .filter(Matcher::find)
          .map(link -> URI.create(page + link.group(1)))
          .findFirst();
    } catch (IllegalArgumentException e) {
      throw reply.failure("the next page of the list of files has no valid address");
    }
  }

  /** A file of a commit, to be downloaded. */
  RemoteFile remote(HubModel commit, HubFile file) {
    return new RemoteFile(
        URI.create(
            endpoint
                + "/"
                + commit.repository()
                + "/resolve/"
                + commit.revision()
                + "/"
                + file.path().replace("+", "%2B")),
        authorization,
        file.bytes(),
        file.checksum());
  }

  private URI api(String path) {
    return URI.create(endpoint + "/api/models/" + path);
  }

  private Received call(URI address, HubModel model) throws InterruptedException {
    Received reply = calls.get(address, Map.of("Accept", "application/json"), authorization);
    if (reply.status() == 200) {
      return reply;
    }
    try (reply) {
      throw reply.failure(meaning(reply, model));
    }
  }

  private String meaning(Received reply, HubModel model) {
    String code = reply.headers().firstValue("X-Error-Code").orElse("");
    if (code.equals("GatedRepo")) {
      return model.repository()
          + " is for those whom its owner admits ("
          + reply.status()
          + "): request access on its page, and set HF_TOKEN to a token of that account";
    }
    if (code.equals("RevisionNotFound")) {
      return model.repository() + " has no revision " + model.revision();
    }
    return switch (reply.status()) {
      case 401, 403 ->
          authorization.isPresent()
              ? "the token in HF_TOKEN is refused, or there is no model "
                  + model.repository()
                  + " ("
                  + reply.status()
                  + ")"
              : "there is no model "
                  + model.repository()
                  + ", or it is private ("
                  + reply.status()
                  + "): check the name, or set HF_TOKEN";
      case 404 -> "there is no model " + model + "; check its name and revision";
      default -> Statuses.meaning(reply);
    };
  }

  private static JsonNode json(Received reply) {
    try {
      byte[] body = reply.body().readNBytes(LONGEST_REPLY);
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw reply.failure("the reply is not JSON; check that HF_ENDPOINT is a hub");
    } catch (IOException e) {
      throw reply.failure("the reply broke off: " + e.getMessage());
    }
  }
}
