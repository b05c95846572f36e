package dev.embedctl.provider.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow.Subscription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BoundedBodyTest {
  private static final int MEMORY = 4 << 20;
  private static final int PART = 50_000;

  private final ReplyMemory memory = new ReplyMemory(MEMORY);
  private boolean cancelled;

  @ParameterizedTest
  @CsvSource({
    "200000, 200000",
    "200000, -1",
    "200000, 0",
    "200000, 199999",
    "200000, 250000",
    "200000, 10",
    "200000, 9000000000",
    "65536, -1",
    "131072, 65536",
    "1, 1",
    "0, 0",
    "0, 7"
  })
  void isWholeWhateverLengthIsStated(int length, long stated) {
    byte[] sent = bytes(length);
    assertArrayEquals(sent, read(sent, 1 << 20, stated).join());
    assertAllMemoryIsGivenBack();
  }

  @ParameterizedTest
  @CsvSource({"200000, 200000", "200000, -1", "200000, 100", "100000, 200000"})
  void isRefusedIfItIsTooLong(int most, long stated) {
    CompletableFuture<byte[]> body = read(bytes(200_001), most, stated);
    CompletionException refused = assertThrows(CompletionException.class, body::join);
    assertEquals(
        "the reply is longer than " + most + " bytes, more than the requested vectors need",
        refused.getCause().getMessage());
    assertTrue(cancelled);
    assertAllMemoryIsGivenBack();
  }

  @Test
  void aLongStatedLengthTakesNoMemoryThatOthersNeed() {
    assertTrue(memory.take(MEMORY - 200_000, 0));
    byte[] sent = bytes(100_000);
    assertArrayEquals(sent, read(sent, 3 << 20, 3 << 20).join());
    memory.give(MEMORY - 200_000);
    assertAllMemoryIsGivenBack();
  }

  @Test
  void isRefusedWhereAllRepliesFillTheMemory() {
    assertTrue(memory.take(MEMORY, 0));
    CompletableFuture<byte[]> body = read(bytes(2 << 20), 3 << 20, 2 << 20);
    CompletionException refused = assertThrows(CompletionException.class, body::join);
    assertInstanceOf(UnfitBody.class, refused.getCause());
    memory.give(MEMORY);
    assertAllMemoryIsGivenBack();
  }

  private void assertAllMemoryIsGivenBack() {
    assertTrue(memory.hasRoomFor(MEMORY));
    assertFalse(memory.hasRoomFor(MEMORY + 1));
  }

  /** Reads bytes that come in parts; a negative length is none. */
  private CompletableFuture<byte[]> read(byte[] sent, long most, long stated) {
    BoundedBody body =
        new BoundedBody(most, stated < 0 ? OptionalLong.empty() : OptionalLong.of(stated), memory);
    body.onSubscribe(
        new Subscription() {
          @Override
          public void request(long parts) {}

          @Override
          public void cancel() {
            cancelled = true;
          }
        });
    for (int from = 0; from < sent.length; from += PART) {
      body.onNext(
          List.of(
              ByteBuffer.wrap(Arrays.copyOfRange(sent, from, Math.min(sent.length, from + PART)))));
    }
    body.onComplete();
    return body.getBody().toCompletableFuture();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    return bytes;
  }
}
