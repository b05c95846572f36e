package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import org.mapdb.DataInput2;
import org.mapdb.DataOutput2;
import org.mapdb.Serializer;
import org.mapdb.SortedTableMap;
import org.mapdb.serializer.GroupSerializer;
import org.mapdb.volume.MappedFileVol;
import org.mapdb.volume.RandomAccessFileVol;
import org.mapdb.volume.Volume;

/**
 * A finished index: the slots of a log's first rows by key, in an immutable MapDB file. It is
 * derived data and may be deleted. A trailer after MapDB's pages names the log, so that the file of
 * another log or an incomplete file is recognized at once.
 *
 * <p>Thread-safe. (The file is long because MapDB's serializer interface is long, and MapDB's types
 * are only used here.)
 */
final class SealedIndex implements Closeable {
  /** With 36 bytes an entry a node stays far below MapDB's page of 1 MB, as it must. */
  private static final int NODE_SIZE = 4096;

  private static final int TRAILER_BYTES = 64;
  private static final long TRAILER_MAGIC = 0x656D_6265_6469_7831L; // "embedix1"
  private static final GroupSerializer<CacheKey> KEYS = new FlatKeys();
  private static final GroupSerializer<Integer> SLOTS = Serializer.INTEGER;

  /** MapDB maps a file of 2 GB or more in slices of 1 MB, including a whole last slice. */
  private static final long SLICED_FROM = Integer.MAX_VALUE - (1L << 20);

  /** Entries for an index, in the order of their keys, none twice. */
  @FunctionalInterface
  interface Sink {
    void entry(CacheKey key, int slot) throws IOException;
  }

  /** Passes all entries to a sink. */
  @FunctionalInterface
  interface Source {
    void giveTo(Sink sink) throws IOException;
  }

  /**
   * The content of the trailer.
   *
   * @param log the log's name, 32 bytes
   * @param covered the index knows all rows below this slot
   * @param checksum CRC32 over all entries
   */
  private record Trailer(CacheKey log, int covered, int entries, int checksum) {}

  private final SortedTableMap<CacheKey, Integer> map;
  private final Trailer trailer;

  private SealedIndex(SortedTableMap<CacheKey, Integer> map, Trailer trailer) {
    this.map = map;
    this.trailer = trailer;
  }

  /**
   * Opens an index of a log.
   *
   * @throws IOException if the file is not an index, is of another log, or is incomplete
   */
  static SealedIndex open(Path file, CacheKey log) throws IOException {
    Trailer trailer = readTrailer(file);
    if (!trailer.log().equals(log)) {
      throw new IOException("an index of another log: " + file);
    }
    try {
      Volume volume = MappedFileVol.FACTORY.makeVolume(file.toString(), true);
      try {
        var map = SortedTableMap.open(volume, KEYS, SLOTS);
        if (map.getSizeLong() == trailer.entries()) {
          return new SealedIndex(map, trailer);
        }
      } catch (RuntimeException | AssertionError e) {
        volume.close();
        throw e;
      }
      volume.close();
      throw new IOException("a damaged index: " + file);
    } catch (RuntimeException | AssertionError e) {
      // MapDB reports invalid files in several ways.
      throw new IOException("an index that MapDB cannot read: " + file, e);
    }
  }

  /** Writes an index: it is forced, and gets its name only when it is complete. */
  static void write(Path file, CacheKey log, int covered, Source source) throws IOException {
    Path temporary = CacheFiles.temporaryOf(file);
    Files.deleteIfExists(temporary);
    CacheFiles.open(temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))
        .close();
    try {
      Trailer trailer = writeMap(temporary, log, covered, source);
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        writeTrailer(channel, trailer);
        channel.force(true);
      }
      CacheFiles.publish(temporary, file);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  /** It contains all rows below this slot. */
  int covered() {
    return trailer.covered();
  }

  int size() {
    return trailer.entries();
  }

  /** Whether all rows below {@link #covered} are intact rows of different keys. */
  boolean hasAllRows() {
    return trailer.entries() == trailer.covered();
  }

  /** The key's slot, or {@link KeyTable#NONE}. */
  int find(CacheKey key) throws IOException {
    try {
      Integer slot = map.get(key);
      return slot == null || slot < 0 || slot >= covered() ? KeyTable.NONE : slot;
    } catch (RuntimeException | AssertionError e) {
      throw new IOException("a damaged index", e);
    }
  }

  /** The entry at a key or the next after it, if there is one. */
  Optional<Map.Entry<CacheKey, Integer>> atOrAfter(CacheKey key) throws IOException {
    try {
      return Optional.ofNullable(map.ceilingEntry(key));
    } catch (RuntimeException | AssertionError e) {
      throw new IOException("a damaged index", e);
    }
  }

  /** All entries, in the order of their keys. */
  Iterator<Map.Entry<CacheKey, Integer>> entries() {
    return map.entryIterator();
  }

  /**
   * Passes on all entries.
   *
   * @throws IOException at the end, if they are not those that were sealed
   */
  void forEach(Sink sink) throws IOException {
    Checksum checksum = new Checksum();
    int count = 0;
    try {
      for (var all = entries(); all.hasNext(); count++) {
        var entry = all.next();
        checksum.add(entry.getKey(), entry.getValue());
        sink.entry(entry.getKey(), entry.getValue());
      }
    } catch (RuntimeException | AssertionError e) {
      throw new IOException("a damaged index", e);
    }
    if (count != trailer.entries() || checksum.value() != trailer.checksum()) {
      throw new IOException("a damaged index: its entries are not those that were sealed");
    }
  }

  @Override
  public void close() {
    map.close();
  }

  private static Trailer writeMap(Path file, CacheKey log, int covered, Source source)
      throws IOException {
    try {
      Volume volume = RandomAccessFileVol.FACTORY.makeVolume(file.toString(), false);
      try {
        var sink = SortedTableMap.create(volume, KEYS, SLOTS).nodeSize(NODE_SIZE).createFromSink();
        Checksum checksum = new Checksum();
        source.giveTo(
            (key, slot) -> {
              checksum.add(key, slot);
              sink.put(key, slot);
            });
        long entries = sink.create().getSizeLong();
        return new Trailer(log, covered, Math.toIntExact(entries), checksum.value());
      } finally {
        volume.close();
      }
    } catch (RuntimeException | AssertionError e) {
      throw new IOException("cannot write the index " + file, e);
    }
  }

  private static void writeTrailer(FileChannel channel, Trailer trailer) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(TRAILER_BYTES);
    buffer.putLong(TRAILER_MAGIC).putInt(trailer.covered());
    buffer.putInt(trailer.entries()).putInt(trailer.checksum());
    buffer.put(trailer.log().bytes());
    buffer.putInt(TRAILER_BYTES - Integer.BYTES, crc(buffer));
    long at = channel.size();
    if (at >= SLICED_FROM) {
      at = (((at >> 20) + 2) << 20) - TRAILER_BYTES;
    }
    CacheFiles.writeFully(channel, buffer.rewind(), at);
  }

  private static Trailer readTrailer(Path file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(TRAILER_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      CacheFiles.readFully(channel, buffer, Math.max(0, channel.size() - TRAILER_BYTES));
    }
    int checksum = buffer.getInt(TRAILER_BYTES - Integer.BYTES);
    if (buffer.hasRemaining()
        || buffer.flip().getLong() != TRAILER_MAGIC
        || checksum != crc(buffer)) {
      throw new IOException("not an index, or an incomplete one: " + file);
    }
    int covered = buffer.getInt();
    int entries = buffer.getInt();
    int entriesChecksum = buffer.getInt();
    return new Trailer(
        CacheKey.readFrom(buffer, buffer.position()), covered, entries, entriesChecksum);
  }

  private static int crc(ByteBuffer trailer) {
    CRC32 crc = new CRC32();
    crc.update(trailer.slice(0, TRAILER_BYTES - Integer.BYTES));
    return (int) crc.getValue();
  }

  /** A CRC32 over entries. */
  private static final class Checksum {
    private final CRC32 crc = new CRC32();
    private final ByteBuffer entry = ByteBuffer.allocate(CacheKey.BYTES + Integer.BYTES);

    void add(CacheKey key, int slot) {
      key.writeTo(entry, 0);
      entry.putInt(CacheKey.BYTES, slot);
      crc.update(entry.array());
    }

    int value() {
      return (int) crc.getValue();
    }
  }

  /** Consecutive keys in a node, searched in place: three times as fast as MapDB's own. */
  @SuppressWarnings("rawtypes") // the interface has a raw Comparator
  private static final class FlatKeys implements GroupSerializer<CacheKey> {
    private static final int GUESSES = 8;

    @Override
    public void serialize(DataOutput2 out, CacheKey key) throws IOException {
      out.write(key.bytes());
    }

    @Override
    public CacheKey deserialize(DataInput2 in, int available) throws IOException {
      byte[] bytes = new byte[CacheKey.BYTES];
      in.readFully(bytes);
      return CacheKey.ofBytes(bytes);
    }

    @Override
    public int fixedSize() {
      return CacheKey.BYTES;
    }

    @Override
    public CacheKey valueArrayBinaryGet(DataInput2 in, int size, int position) throws IOException {
      in.setPos(in.getPos() + position * CacheKey.BYTES);
      return deserialize(in, CacheKey.BYTES);
    }

    @Override
    public int valueArrayBinarySearch(CacheKey key, DataInput2 in, int size, Comparator order)
        throws IOException {
      int base = in.getPos();
      ByteBuffer bytes = in.internalByteBuffer();
      if (bytes == null) {
        return valueArraySearch(valueArrayDeserialize(in, size), key);
      }
      return search(bytes, base, size, key);
    }

    @Override
    public int valueArraySearch(Object keys, CacheKey key) {
      ByteBuffer bytes = ByteBuffer.wrap((byte[]) keys);
      return search(bytes, 0, valueArraySize(keys), key);
    }

    @Override
    public int valueArraySearch(Object keys, CacheKey key, Comparator order) {
      return valueArraySearch(keys, key);
    }

    /** Searches by interpolation and then by halving, since hashes are distributed evenly. */
    private static int search(ByteBuffer bytes, int base, int size, CacheKey key) {
      int low = 0;
      int high = size - 1;
      double wanted = key.prefix() >>> 1;
      for (int step = 0; low <= high; step++) {
        int middle = (low + high) >>> 1;
        if (step < GUESSES && high - low > GUESSES) {
          double first = bytes.getLong(base + low * CacheKey.BYTES) >>> 1;
          double last = bytes.getLong(base + high * CacheKey.BYTES) >>> 1;
          double share = last > first ? (wanted - first) / (last - first) : 0.5;
          middle = low + (int) (Math.clamp(share, 0.0, 1.0) * (high - low));
        }
        int order = key.compareTo(CacheKey.readFrom(bytes, base + middle * CacheKey.BYTES));
        if (order == 0) {
          return middle;
        } else if (order < 0) {
          high = middle - 1;
        } else {
          low = middle + 1;
        }
      }
      return -(low + 1);
    }

    @Override
    public void valueArraySerialize(DataOutput2 out, Object keys) throws IOException {
      out.write((byte[]) keys);
    }

    @Override
    public Object valueArrayDeserialize(DataInput2 in, int size) throws IOException {
      byte[] bytes = new byte[size * CacheKey.BYTES];
      in.readFully(bytes);
      return bytes;
    }

    @Override
    public CacheKey valueArrayGet(Object keys, int position) {
      return CacheKey.readFrom(ByteBuffer.wrap((byte[]) keys), position * CacheKey.BYTES);
    }

    @Override
    public int valueArraySize(Object keys) {
      return ((byte[]) keys).length / CacheKey.BYTES;
    }

    @Override
    public Object valueArrayEmpty() {
      return new byte[0];
    }

    @Override
    public Object valueArrayFromArray(Object[] keys) {
      ByteBuffer bytes = ByteBuffer.allocate(keys.length * CacheKey.BYTES);
      for (int i = 0; i < keys.length; i++) {
        ((CacheKey) keys[i]).writeTo(bytes, i * CacheKey.BYTES);
      }
      return bytes.array();
    }

    @Override
    public Object valueArrayPut(Object keys, int position, CacheKey added) {
      throw new UnsupportedOperationException("a sealed index does not change");
    }

    @Override
    public Object valueArrayUpdateVal(Object keys, int position, CacheKey changed) {
      throw new UnsupportedOperationException("a sealed index does not change");
    }

    @Override
    public Object valueArrayCopyOfRange(Object keys, int from, int to) {
      throw new UnsupportedOperationException("a sealed index does not change");
    }

    @Override
    public Object valueArrayDeleteValue(Object keys, int position) {
      throw new UnsupportedOperationException("a sealed index does not change");
    }
  }
}
