package dev.embedctl.provider.remote;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/**
 * Reads the body of a reply and stops if it is too long. A body whose length is stated is read into
 * one block, which is then the whole body: copies of replies were a quarter of the garbage of a run
 * with new texts.
 */
final class BoundedBody implements BodySubscriber<byte[]> {
  private static final int BLOCK = 64 << 10;

  /** The longest block; a server that states more may send less. */
  private static final int LONGEST_BLOCK = 16 << 20;

  private final long most;
  private final OptionalLong stated;
  private final ReplyMemory memory;
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private final List<byte[]> blocks = new ArrayList<>();
  private Subscription subscription;
  private long length;
  private long taken;
  private int filled;

  /**
   * A body.
   *
   * @param most the greatest number of bytes
   * @param stated the number of bytes according to the reply's headers, if they state it
   */
  BoundedBody(long most, OptionalLong stated, ReplyMemory memory) {
    this.most = most;
    this.stated = stated;
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
    if (blocks.isEmpty() || filled == blocks.getLast().length) {
      int size = nextBlock();
      if (!memory.take(size, length)) {
        refuse("the replies that are being read fill the memory; send fewer texts at once");
        return;
      }
      taken += size;
      blocks.add(new byte[size]);
      filled = 0;
    }
    byte[] block = blocks.getLast();
    int more = (int) Math.min(Math.min(block.length - filled, buffer.remaining()), most - length);
    buffer.get(block, filled, more);
    filled += more;
    length += more;
  }

  private int nextBlock() {
    boolean whole =
        blocks.isEmpty()
            && stated.isPresent()
            && stated.getAsLong() > 0
            && stated.getAsLong() <= Math.min(most, LONGEST_BLOCK)
            && memory.hasRoomFor(stated.getAsLong());
    return whole ? (int) stated.getAsLong() : BLOCK;
  }

  private void refuse(String why) {
    end();
    body.completeExceptionally(new UnfitBody(why));
  }

  private void complete() {
    byte[] whole = isOneFullBlock() ? blocks.getFirst() : joined();
    giveUp();
    body.complete(whole);
  }

  private boolean isOneFullBlock() {
    return blocks.size() == 1 && filled == blocks.getFirst().length;
  }

  private byte[] joined() {
    byte[] whole = new byte[(int) length];
    int from = 0;
    for (byte[] block : blocks) {
      int bytes = Math.min(block.length, whole.length - from);
      System.arraycopy(block, 0, whole, from, bytes);
      from += bytes;
    }
    return whole;
  }

  /** Stops reading and frees the bytes that were read. */
  private void end() {
    subscription.cancel();
    giveUp();
  }

  private void giveUp() {
    memory.give(taken);
    taken = 0;
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
