package dev.embedctl.provider.remote;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** Reads the body of a reply and stops if it is too long. */
final class BoundedBody implements BodySubscriber<byte[]> {
  private static final int BLOCK = 64 << 10;

  private final long most;
  private final ReplyMemory memory;
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private final List<byte[]> blocks = new ArrayList<>();
  private Subscription subscription;
  private long length;

  /**
   * A body.
   *
   * @param most the greatest number of bytes
   */
  BoundedBody(long most, ReplyMemory memory) {
    this.most = most;
    this.memory = memory;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    if (body.isDone()) {
      return; // these bytes were on their way when it was cancelled
    }
    try {
      for (ByteBuffer buffer : buffers) {
        while (buffer.hasRemaining() && !body.isDone()) {
          take(buffer);
        }
      }
    } catch (OutOfMemoryError e) {
      end();
      body.completeExceptionally(new UnfitBody("there is not enough memory for the reply"));
    }
  }

  private void take(ByteBuffer buffer) {
    if (length == most) {
      refuse("the reply is longer than " + most + " bytes, more than the requested vectors need");
      return;
    }
    int at = (int) (length % BLOCK);
    if (at == 0) {
      if (!memory.take(BLOCK, length)) {
        refuse("the replies that are being read fill the memory; send fewer texts at once");
        return;
      }
      blocks.add(new byte[BLOCK]);
    }
    int more = (int) Math.min(Math.min(BLOCK - at, buffer.remaining()), most - length);
    buffer.get(blocks.getLast(), at, more);
    length += more;
  }

  private void refuse(String why) {
    end();
    body.completeExceptionally(new UnfitBody(why));
  }

  private void complete() {
    byte[] whole = new byte[(int) length];
    for (int i = 0, from = 0; from < whole.length; i++, from += BLOCK) {
      System.arraycopy(blocks.get(i), 0, whole, from, Math.min(BLOCK, whole.length - from));
    }
    giveUp();
    body.complete(whole);
  }

  /** Stops reading and frees the bytes that were read. */
  private void end() {
    subscription.cancel();
    giveUp();
  }

  private void giveUp() {
    memory.give((long) blocks.size() * BLOCK);
    blocks.clear();
  }

  @Override
  public void onError(Throwable failure) {
    if (!body.isDone()) {
      giveUp();
      body.completeExceptionally(failure);
    }
  }

  @Override
  public void onComplete() {
    if (body.isDone()) {
      return;
    }
    try {
      complete();
    } catch (OutOfMemoryError e) {
      end();
      body.completeExceptionally(new UnfitBody("there is not enough memory for the reply"));
    }
  }
}
