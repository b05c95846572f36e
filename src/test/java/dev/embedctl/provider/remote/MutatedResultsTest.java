package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.jobs.LineResult;
import dev.embedctl.provider.remote.api.BatchFormat;
import dev.embedctl.provider.remote.api.Gemini;
import dev.embedctl.provider.remote.api.GeminiBatches;
import dev.embedctl.provider.remote.api.Mistral;
import dev.embedctl.provider.remote.api.OpenAi;
import dev.embedctl.provider.remote.api.Voyage;
import dev.embedctl.provider.remote.api.WireFormat;
import dev.embedctl.testing.Vectors;
import dev.embedctl.testing.batch.BatchPlay;
import dev.embedctl.testing.batch.GeminiPlay;
import dev.embedctl.testing.batch.Job.Fate;
import dev.embedctl.testing.batch.Job.Line;
import dev.embedctl.testing.batch.MistralPlay;
import dev.embedctl.testing.batch.OpenAiPlay;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Lines of results with bytes changed at random: the vectors are right or refused. */
final class MutatedResultsTest {
  private static final int DIMENSIONS = 4;
  private static final long SEED = 20_261_129;
  private static final URI ADDRESS = URI.create("http://127.0.0.1:1/v1");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Bytes that are no digit, no character of base64, and no space, which may end a number. */
  private static final byte[] FOREIGN = {
    '{', '}', '[', ']', ',', ':', '"', '\\', 0, 1, (byte) 0xff, (byte) 0xc3, '<'
  };

  private final Random random = new Random(SEED);
  private int refused;
  private int right;

  private record Api(BatchPlay play, WireFormat calls, BatchFormat jobs, EmbeddingSpec spec) {}

  private static EmbeddingSpec spec(String provider) {
    return new EmbeddingSpec(
        provider, "", "m", OptionalInt.empty(), Optional.empty(), Oversize.ERROR, "");
  }

  private static List<Api> apis() {
    Clock clock = Clock.systemUTC();
    EmbeddingSpec openAi = spec("openai");
    EmbeddingSpec voyage = spec("voyage");
    EmbeddingSpec mistral = spec("mistral");
    EmbeddingSpec gemini = spec("gemini");
    return List.of(
        new Api(
            OpenAiPlay.openAi(),
            OpenAi.format(clock),
            OpenAi.batches(ADDRESS, openAi, clock),
            openAi),
        new Api(
            OpenAiPlay.voyage(),
            Voyage.format(clock),
            Voyage.batches(ADDRESS, voyage, clock),
            voyage),
        new Api(
            new MistralPlay(),
            Mistral.format(clock),
            Mistral.batches(ADDRESS, mistral, clock),
            mistral),
        new Api(
            new GeminiPlay(),
            Gemini.format(clock),
            GeminiBatches.of(ADDRESS, gemini, clock),
            gemini));
  }

  private static ResultReader reader(Api api) {
    FailureMessages messages =
        new FailureMessages(
            api.spec().provider(),
            "h",
            KeyAuthorization.none(),
            Optional.empty(),
            Optional.empty());
    return new ResultReader(
        api.calls(),
        api.jobs(),
        api.spec(),
        Normalization.NONE,
        new Belief(
            api.spec(),
            new Belief.Expectations(OptionalInt.of(DIMENSIONS), false, false, Set.of()),
            messages,
            sentence -> {}),
        messages);
  }

  @Test
  void areRightOrRefused() throws IOException {
    int mutations = Integer.getInteger("embedctl.mutations");
    List<Api> apis = apis();
    for (int i = 0; i < mutations; i++) {
      Api api = apis.get(i % apis.size());
      Fate fate = random.nextInt(4) > 0 ? Fate.ANSWERED : Fate.REFUSED;
      tryOut(api, fate, "mutation " + i + " of " + api.spec().provider());
    }
    assertTrue(right > mutations / 50, right + " of " + mutations + " were right");
    assertTrue(refused > mutations / 4, refused + " of " + mutations + " were refused");
  }

  private void tryOut(Api api, Fate fate, String what) throws IOException {
    List<String> texts = api.play() instanceof GeminiPlay ? List.of("a") : List.of("a", "b");
    JsonNode request =
        JSON.readTree(
            "{\"model\": \"m\", \"encoding_format\": \"base64\", \"request_params\": {\"encoding_format\":"
                + " \"base64\"}, \"inputConfig\": {\"fileName\": \"f\"}}");
    byte[] line =
        changed(
            api.play()
                .result(new Line("17", texts, request), fate, request, DIMENSIONS)
                .getBytes(StandardCharsets.UTF_8));

    LineResult result = reader(api).read(line, id -> id.equals("17") ? texts.size() : 0, ADDRESS);

    switch (result) {
      case LineResult.Embedded embedded -> {
        List<Vector> vectors = embedded.embeddings().vectors();
        if (vectors.stream().anyMatch(vector -> vector.dimensions() != DIMENSIONS)) {
          refused++; // by the check of dimensions, which comes later
          return;
        }
        assertEquals(
            texts.stream().map(text -> Vectors.of(text, DIMENSIONS)).toList(),
            vectors,
            () -> what + ": " + new String(line, StandardCharsets.UTF_8));
        right++;
      }
      case LineResult.Failed(String id, ProviderException cause) -> {
        assertEquals("17", id);
        assertEquals(1, cause.getMessage().lines().count(), cause.getMessage());
        refused++;
      }
      case LineResult.Damaged(String message) -> {
        assertEquals(1, message.lines().count(), message);
        refused++;
      }
    }
  }

  /** A line with one to three bytes replaced or added, or without its end. */
  private byte[] changed(byte[] line) {
    byte[] changed = line;
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(10) == 0 ? 0 : random.nextInt(changed.length);
      byte foreign = FOREIGN[random.nextInt(FOREIGN.length)];
      switch (random.nextInt(3)) {
        case 0 -> {
          changed = changed.clone();
          changed[at] = foreign;
        }
        case 1 -> {
          byte[] longer = new byte[changed.length + 1];
          System.arraycopy(changed, 0, longer, 0, at);
          longer[at] = foreign;
          System.arraycopy(changed, at, longer, at + 1, changed.length - at);
          changed = longer;
        }
        default ->
            changed = Arrays.copyOf(changed, Math.max(1, changed.length - random.nextInt(3)));
      }
    }
    return changed;
  }
}
