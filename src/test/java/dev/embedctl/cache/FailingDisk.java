package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A disk that fills up, or does not force, when a test says so. */
final class FailingDisk {
  private final AtomicLong room = new AtomicLong(Long.MAX_VALUE);
  private final AtomicBoolean forces = new AtomicBoolean(true);

  FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
    return new Channel(CacheFiles.open(file, options));
  }

  void leaveRoomFor(long bytes) {
    room.set(bytes);
  }

  void refuseToForce() {
    forces.set(false);
  }

  void mend() {
    forces.set(true);
    room.set(Long.MAX_VALUE);
  }

  private final class Channel extends FileChannel {
    private final FileChannel disk;

    Channel(FileChannel disk) {
      this.disk = disk;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      long left = room.get();
      if (left == 0 && source.hasRemaining()) {
        throw new IOException("No space left on device");
      }
      int count = (int) Math.min(left, source.remaining());
      ByteBuffer part = source.slice(source.position(), count);
      int written = disk.write(part, position);
      source.position(source.position() + written);
      room.addAndGet(-written);
      return written;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return disk.read(target, position);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
      return disk.map(mode, position, size);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      disk.truncate(size);
      return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
      if (!forces.get()) {
        throw new IOException("Input/output error");
      }
      disk.force(metaData);
    }

    @Override
    public long size() throws IOException {
      return disk.size();
    }

    @Override
    protected void implCloseChannel() throws IOException {
      disk.close();
    }

    @Override
    public int read(ByteBuffer target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long newPosition) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }
  }
}
