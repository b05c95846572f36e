package dev.embedctl.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ChunkWindowTest {
  private final ChunkWindow window = new ChunkWindow(100, 1000, () -> 0);

  @Test
  void readsNoFurtherWhereTheWriterIsBehindWithChunksThatNeedNoRequest() throws Exception {
    for (int i = 0; i < 4; i++) {
      assertTrue(window.awaitRoom());
      window.add(whole(i));
    }
    CompletableFuture<Boolean> room = new CompletableFuture<>();
    Thread reader = waitForRoom(room);
    assertFalse(room.isDone());

    window.takeWhole();

    assertTrue(room.get());
    reader.join();
  }

  @Test
  void readsOnForTheProviderWhereTextsAreMissing() throws InterruptedException {
    window.add(waiting(0));
    for (int i = 1; i < 4; i++) {
      window.add(whole(i));
    }
    assertTrue(window.awaitRoom(), "the last four are not all whole");
    window.add(waiting(4));
    assertTrue(window.awaitRoom());
  }

  @Test
  void givesNoChunkBeforeTheHeadIsWhole() throws InterruptedException {
    Chunk head = waiting(0);
    Chunk next = whole(1);
    window.add(head);
    window.add(next);
    assertEquals(Optional.empty(), window.pollWhole());

    head.promiseKept();

    assertEquals(Optional.of(head), window.pollWhole());
    assertEquals(Optional.of(next), window.pollWhole());
    assertEquals(Optional.empty(), window.pollWhole());
  }

  @Test
  void givesNothingOnceItIsStopped() throws InterruptedException {
    window.add(whole(0));

    window.stop();

    assertEquals(Optional.empty(), window.pollWhole());
    assertEquals(Optional.empty(), window.takeWhole());
    assertTrue(window.isStopped());
  }

  private Thread waitForRoom(CompletableFuture<Boolean> room) {
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    room.complete(window.awaitRoom());
                  } catch (InterruptedException e) {
                    room.completeExceptionally(e);
                  }
                });
    while (reader.getState() != Thread.State.WAITING && reader.isAlive()) {
      Thread.onSpinWait();
    }
    return reader;
  }

  private static Chunk whole(int number) {
    return new Chunk(number, List.of(), 1);
  }

  private static Chunk waiting(int number) {
    Chunk chunk = whole(number);
    chunk.waitForOneMore();
    return chunk;
  }
}
