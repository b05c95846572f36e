package dev.embedctl.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A hub on loopback with one model; large files lie on a second server, as those of a CDN. */
public final class ModelHub implements AutoCloseable {
  /** The model's repository. */
  public static final String REPOSITORY = "some-org/a-model";

  /** The commit of its branch {@code main}. */
  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileServer hub = new FileServer();
  private final FileServer cdn = new FileServer();
  private final Map<String, byte[]> files = new TreeMap<>();

  public ModelHub() throws IOException {
    revision("main", "{\"sha\": \"" + COMMIT + "\", \"cardData\": {\"license\": \"apache-2.0\"}}");
    revision(COMMIT, "{\"sha\": \"" + COMMIT + "\"}");
    revision("none", "{}");
    hub.on(
        "/api/models/" + REPOSITORY + "/revision/none",
        FileServer.status(404, "X-Error-Code", "RevisionNotFound"));
  }

  private void revision(String name, String info) {
    hub.text("/api/models/" + REPOSITORY + "/revision/" + name, info);
  }

  /** Adds the files of a folder. */
  public ModelHub with(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        with(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    }
    return this;
  }

  /** Adds or replaces a file. */
  public ModelHub with(String path, byte[] content) {
    files.put(path, content);
    if (isLarge(path)) {
      hub.redirect(resolve(path), cdn.url() + "/blobs/" + path + "?signature=secret");
      cdn.file("/blobs/" + path + "?signature=secret", content);
    } else {
      hub.file(resolve(path), content);
    }
    publish();
    return this;
  }

  /** Removes a file. */
  public ModelHub without(String path) {
    files.remove(path);
    publish();
    return this;
  }

  /** The list of files comes in two pages; the link to the second is that of a mirrored hub. */
  private void publish() {
    ArrayNode first = JSON.createArrayNode();
    ArrayNode second = JSON.createArrayNode();
    first.addObject().put("type", "directory").put("path", "onnx").put("size", 0).put("oid", "0");
    files.forEach((path, content) -> entry(path, content, first.size() < 3 ? first : second));
    String tree = "/api/models/" + REPOSITORY + "/tree/" + COMMIT + "?recursive=true";
    hub.on(
        tree,
        exchange -> {
          exchange
              .getResponseHeaders()
              .add("Link", "<https://hub.invalid" + tree + "&cursor=2>; rel=\"next\"");
          byte[] page = first.toString().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
        });
    hub.text(tree + "&cursor=2", second.toString());
  }

  private static void entry(String path, byte[] content, ArrayNode entries) {
    ObjectNode entry = entries.addObject().put("type", "file").put("path", path);
    if (isLarge(path)) {
      entry.put("size", 133).put("oid", "00");
      entry.putObject("lfs").put("oid", hash("SHA-256", content)).put("size", content.length);
    } else {
      byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
      entry.put("size", content.length).put("oid", hash("SHA-1", head, content));
    }
  }

  /** The hash of content, in hexadecimal digits. */
  public static String hash(String algorithm, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      for (byte[] part : parts) {
        digest.update(part);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isLarge(String path) {
    return path.contains(".onnx");
  }

  /** The path of a file in the hub. */
  public static String resolve(String path) {
    return "/" + REPOSITORY + "/resolve/" + COMMIT + "/" + path;
  }

  /** The path of a large file on the second server. */
  public static String blob(String path) {
    return "/blobs/" + path + "?signature=secret";
  }

  public FileServer hub() {
    return hub;
  }

  public FileServer cdn() {
    return cdn;
  }

  @Override
  public void close() {
    hub.close();
    cdn.close();
  }
}
