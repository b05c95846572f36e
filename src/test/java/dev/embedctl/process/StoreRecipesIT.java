package dev.embedctl.process;

import static dev.embedctl.process.RecipesIT.needs;
import static dev.embedctl.process.RecipesIT.recipe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.process.Embedctl.Ended;
import dev.embedctl.testing.RecordingServer;
import dev.embedctl.testing.RecordingServer.Reply;
import dev.embedctl.testing.RecordingServer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The recipes that load an output into a store: a real one, or a server that keeps what it gets.
 */
final class StoreRecipesIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS = 250;

  /** An id that some formats must escape. */
  private static final String ODD_ID = "tab\there, back\\slash, \"quote\", é";

  @TempDir private Path folder;

  @BeforeEach
  void writeOutput() throws IOException {
    List<String> rows = new ArrayList<>();
    rows.add(
        "{\"index\":0,\"id\":%s,\"embedding\":[1,0.25,0],\"cached\":false,\"metadata\":%s}"
            .formatted(
                JSON.writeValueAsString(ODD_ID),
                "{\"topic\":\"two\\nlines \\\\\",\"tags\":[\"a\"],\"none\":null}"));
    rows.add("{\"index\":1,\"embedding\":[1,0.125,0],\"cached\":false}");
    for (int i = 2; i < ROWS; i++) {
      rows.add(
          "{\"index\":%d,\"id\":%d,\"embedding\":[0,%d,1],\"cached\":true}"
              .formatted(i, 1000 + i, i));
    }
    Files.write(folder.resolve("out.jsonl"), rows);
  }

  private Ended load(String recipe, String variable, String value, String target)
      throws InterruptedException {
    return new Embedctl(folder)
        .with(variable, value)
        .shell(recipe(recipe) + " out.jsonl " + target);
  }

  private static JsonNode json(String text) throws IOException {
    return JSON.readTree(text);
  }

  @Test
  void qdrantGetsACollectionAndItsPoints() throws Exception {
    needs("jq", "curl", "split");
    try (RecordingServer server =
        new RecordingServer(
            "api-key",
            request -> request.method().equals("GET") ? new Reply(404, "{}") : Reply.ok("{}"))) {
      Ended ended =
          new Embedctl(folder)
              .with("QDRANT_URL", server.url())
              .with("QDRANT_API_KEY", "secret")
              .shell(recipe("qdrant.sh") + " out.jsonl texts");

      assertEquals(0, ended.code(), ended.err());
      List<Request> got = server.requests();
      assertEquals(
          List.of(
              "GET /collections/texts",
              "PUT /collections/texts",
              "PUT /collections/texts/points?wait=true",
              "PUT /collections/texts/points?wait=true",
              "PUT /collections/texts/points?wait=true"),
          got.stream().map(Request::line).toList());
      got.forEach(request -> assertEquals(Optional.of("secret"), request.key()));
      assertEquals(
          json("{\"vectors\":{\"size\":3,\"distance\":\"Cosine\"}}"), json(got.get(1).body()));
      JsonNode points = json(got.get(2).body()).get("points");
      assertEquals(100, points.size());
      assertEquals(ODD_ID, points.get(0).get("payload").get("id").textValue());
      assertEquals("two\nlines \\", points.get(0).get("payload").get("topic").textValue());
      assertEquals(json("{\"id\":1,\"vector\":[1,0.125,0],\"payload\":{}}"), points.get(1));
      assertEquals(50, json(got.get(4).body()).get("points").size());
    }
  }

  @Test
  void qdrantsRefusalEndsTheRecipe() throws Exception {
    needs("jq", "curl", "split");
    try (RecordingServer server =
        new RecordingServer(
            "api-key",
            request ->
                request.method().equals("GET")
                    ? Reply.ok("{}")
                    : new Reply(400, "{\"status\":{\"error\":\"another size\"}}"))) {
      Ended ended = load("qdrant.sh", "QDRANT_URL", server.url(), "texts");

      assertTrue(ended.code() != 0);
      assertTrue(ended.err().contains("another size"), ended.err());
      assertEquals(2, server.requests().size());
    }
  }

  @Test
  void openSearchGetsAnIndexAndItsDocuments() throws Exception {
    needs("jq", "curl", "split");
    try (RecordingServer server =
        new RecordingServer(
            "Authorization",
            request ->
                request.method().equals("HEAD")
                    ? new Reply(404, "")
                    : Reply.ok("{\"errors\":false,\"items\":[]}"))) {
      Ended ended = load("opensearch.sh", "OPENSEARCH_URL", server.url(), "texts");

      assertEquals(0, ended.code(), ended.err());
      List<Request> got = server.requests();
      assertEquals(
          List.of("HEAD /texts", "PUT /texts", "POST /texts/_bulk"),
          got.stream().map(Request::line).toList());
      assertEquals(
          json(
              "{\"settings\":{\"index\":{\"knn\":true}},\"mappings\":{\"properties\":{\"embedding\":"
                  + "{\"type\":\"knn_vector\",\"dimension\":3,\"space_type\":\"cosinesimil\"}}}}"),
          json(got.get(1).body()));
      assertEquals(Optional.of("application/x-ndjson"), got.get(2).contentType());
      List<String> lines = got.get(2).body().lines().toList();
      assertEquals(2 * ROWS, lines.size());
      assertTrue(got.get(2).body().endsWith("\n"));
      assertEquals(ODD_ID, json(lines.get(0)).get("index").get("_id").textValue());
      assertEquals("two\nlines \\", json(lines.get(1)).get("topic").textValue());
      assertEquals(json("{\"index\":{\"_id\":\"1\"}}"), json(lines.get(2)));
      assertEquals(json("{\"embedding\":[1,0.125,0]}"), json(lines.get(3)));
    }
  }

  @Test
  void aDocumentThatOpenSearchDidNotTakeEndsTheRecipe() throws Exception {
    needs("jq", "curl", "split");
    try (RecordingServer server =
        new RecordingServer(
            "Authorization",
            request ->
                Reply.ok(
                    "{\"errors\":true,\"items\":[{\"index\":{\"_id\":\"1\",\"status\":400,"
                        + "\"error\":{\"reason\":\"another dimension\"}}}]}"))) {
      Ended ended = load("opensearch.sh", "OPENSEARCH_URL", server.url(), "texts");

      assertTrue(ended.code() != 0);
      assertTrue(ended.err().contains("another dimension"), ended.err());
    }
  }

  @Test
  void chromaGetsACollectionAndItsRecords() throws Exception {
    needs("jq", "curl", "split");
    try (RecordingServer server =
        new RecordingServer("x-chroma-token", request -> Reply.ok("{\"id\":\"c-1\"}"))) {
      Ended ended = load("chroma.sh", "CHROMA_URL", server.url(), "texts");

      assertEquals(0, ended.code(), ended.err());
      String collections =
          "POST /api/v2/tenants/default_tenant/databases/default_database/collections";
      List<Request> got = server.requests();
      assertEquals(
          List.of(
              collections,
              collections + "/c-1/upsert",
              collections + "/c-1/upsert",
              collections + "/c-1/upsert"),
          got.stream().map(Request::line).toList());
      assertEquals(json("{\"name\":\"texts\",\"get_or_create\":true}"), json(got.get(0).body()));
      JsonNode first = json(got.get(1).body());
      assertEquals(100, first.get("ids").size());
      assertEquals(ODD_ID, first.get("ids").get(0).textValue());
      assertEquals("1", first.get("ids").get(1).textValue());
      assertEquals(json("[1,0.125,0]"), first.get("embeddings").get(1));
      assertEquals(
          json("{\"topic\":\"two\\nlines \\\\\",\"tags\":\"[\\\"a\\\"]\"}"),
          first.get("metadatas").get(0));
      assertTrue(first.get("metadatas").get(1).isNull());
      assertEquals(50, json(got.get(3).body()).get("ids").size());
    }
  }

  @Test
  void duckDbHoldsTheRowsAndFindsTheNearest() throws Exception {
    needs("jq", "duckdb");

    Ended ended = new Embedctl(folder).shell(recipe("duckdb.sh") + " out.jsonl texts.duckdb");

    assertEquals("", ended.err());
    assertEquals(0, ended.code());
    assertEquals("index,id,metadata,cosine", ended.lines().get(0));
    assertTrue(ended.out().contains("\n1,NULL,NULL,0.9927\n"), ended.out());
    Ended counted =
        new Embedctl(folder)
            .shell(
                "duckdb -csv -noheader -c \"SELECT count(*), min(len(embedding))"
                    + " FROM 'texts.duckdb.parquet'\"");
    assertEquals("250,3\n", counted.out());
  }

  @Test
  void postgresHoldsTheRowsAndLoadingAgainReplacesThem() throws Exception {
    needs("jq", "psql");
    try (PostgresServer server = PostgresServer.start()) {
      Embedctl embedctl = new Embedctl(folder);
      server.environment().forEach(embedctl::with);
      String load = recipe("pgvector.sh") + " out.jsonl texts";

      assertEquals(new Ended(0, "", ""), embedctl.shell(load));
      assertEquals(new Ended(0, "", ""), embedctl.shell(load));

      assertEquals(
          "250|3\n",
          embedctl
              .shell("psql -A -t -c 'SELECT count(*), max(vector_dims(embedding)) FROM texts'")
              .out());
      assertEquals(
          ODD_ID + "|two\nlines \\|[1,0.25,0]\n",
          embedctl
              .shell(
                  "psql -A -t -c \"SELECT id, metadata->>'topic', embedding FROM texts"
                      + " ORDER BY embedding <=> '[1,0.25,0]' LIMIT 1\"")
              .out());
      Files.writeString(folder.resolve("out.jsonl"), "{\"index\":1,\"embedding\":[1,2]}\n");
      Ended refused = embedctl.shell(load);
      assertTrue(refused.code() != 0);
      assertTrue(refused.err().contains("expected 3 dimensions, not 2"), refused.err());
    }
  }

  /** A PostgreSQL server of the test's own, reached by a socket in its folder. */
  private record PostgresServer(Path bin, Path data) implements AutoCloseable {
    private static final Path SERVERS = Path.of("/usr/lib/postgresql");

    /** Skips the test, and says why, where there is none or it has no pgvector. */
    static PostgresServer start() throws Exception {
      Optional<Path> version = newestWithVectors();
      assumeTrue(version.isPresent(), "no PostgreSQL server with pgvector is here");
      Path bin = SERVERS.resolve(version.get()).resolve("bin");
      // Unix sockets have short names, and the server's own user must get there.
      Path data = Files.createTempDirectory("pg");
      PostgresServer server = new PostgresServer(bin, data);
      if (isRoot()) {
        assumeTrue(run("id", "postgres") == 0, "PostgreSQL does not run as root, and has no user");
        run("chown", "postgres", data.toString());
      }
      assertEquals(
          0,
          server.asOwner(bin.resolve("initdb").toString(), "-D", data + "/db", "-U", "postgres"));
      assertEquals(
          0,
          server.asOwner(
              bin.resolve("pg_ctl").toString(),
              "-D",
              data + "/db",
              "-l",
              data + "/log",
              "-o",
              "-k " + data + " -h ''",
              "-w",
              "start"));
      return server;
    }

    private static Optional<Path> newestWithVectors() throws IOException {
      if (!Files.isDirectory(SERVERS)) {
        return Optional.empty();
      }
      try (Stream<Path> versions = Files.list(SERVERS)) {
        return versions
            .map(Path::getFileName)
            .filter(
                version ->
                    Files.exists(
                        Path.of("/usr/share/postgresql")
                            .resolve(version)
                            .resolve("extension/vector.control")))
            .max(Path::compareTo);
      }
    }

    private static boolean isRoot() {
      return System.getProperty("user.name").equals("root");
    }

    Map<String, String> environment() {
      return Map.of("PGHOST", data.toString(), "PGUSER", "postgres");
    }

    private int asOwner(String... command) throws IOException {
      List<String> whole =
          new ArrayList<>(isRoot() ? List.of("runuser", "-u", "postgres", "--") : List.of());
      whole.addAll(List.of(command));
      return run(whole.toArray(String[]::new));
    }

    private static int run(String... command) throws IOException {
      return new ProcessBuilder(command)
          .directory(Path.of("/").toFile())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .onExit()
          .join()
          .exitValue();
    }

    @Override
    public void close() throws IOException {
      asOwner(bin.resolve("pg_ctl").toString(), "-D", data + "/db", "-m", "immediate", "stop");
      run("rm", "-r", data.toString());
    }
  }
}
