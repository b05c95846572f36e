package dev.embedctl.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.cache.files.OwnedThread;
import dev.embedctl.model.EmbedctlException.RunFailed;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The events of a lane on disk, one a line after its checksum. An event is forced to the disk
 * before {@link #append} returns; one that was cut off by the death of a process is dropped.
 */
final class Journal implements Closeable {
  private static final int CHECKSUM_DIGITS = 8;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Class<? extends JournalEvent>> KINDS =
      Stream.of(
              JournalEvent.Opened.class,
              JournalEvent.RoundBegan.class,
              JournalEvent.GaveUp.class,
              JournalEvent.Prepared.class,
              JournalEvent.Uploaded.class,
              JournalEvent.Creating.class,
              JournalEvent.Created.class,
              JournalEvent.OverQuota.class,
              JournalEvent.Dropped.class,
              JournalEvent.Ended.class,
              JournalEvent.Cleaned.class)
          .collect(Collectors.toUnmodifiableMap(Class::getSimpleName, Function.identity()));

  private final OwnedThread thread;
  private final FileChannel channel;
  private final List<JournalEvent> read;

  private Journal(OwnedThread thread, FileChannel channel, List<JournalEvent> read) {
    this.thread = thread;
    this.channel = channel;
    this.read = read;
  }

  /**
   * Opens a journal for writing; it is created if it does not exist.
   *
   * @throws RunFailed if a line before the last one is damaged
   */
  static Journal open(Path file) throws IOException {
    OwnedThread thread = new OwnedThread("embedctl-journal");
    try {
      return thread.call(
          () -> {
            List<JournalEvent> events = new ArrayList<>();
            long end = Files.exists(file) ? read(file, events) : 0;
            FileChannel channel =
                CacheFiles.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
            channel.truncate(end);
            channel.position(end);
            channel.force(true);
            CacheFiles.forceFolder(file.toAbsolutePath().getParent());
            return new Journal(thread, channel, List.copyOf(events));
          });
    } catch (IOException | RuntimeException e) {
      thread.close();
      throw e;
    }
  }

  /** The events of a journal that others may be writing. */
  static List<JournalEvent> read(Path file) throws IOException {
    List<JournalEvent> events = new ArrayList<>();
    read(file, events);
    return events;
  }

  /** The events that were in the file when it was opened. */
  List<JournalEvent> events() {
    return read;
  }

  /** Writes an event; it survives a power cut when this returns. */
  void append(JournalEvent event) throws IOException {
    byte[] line = lineOf(event);
    thread.run(
        () -> {
          long start = channel.position();
          CacheFiles.writeFully(channel, ByteBuffer.wrap(line), start);
          channel.position(start + line.length);
          channel.force(true);
        });
  }

  @Override
  public void close() throws IOException {
    try {
      thread.run(channel::close);
    } finally {
      thread.close();
    }
  }

  /** Reads events up to the end or to a line that is cut off; returns where they end. */
  private static long read(Path file, List<JournalEvent> events) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int start = 0;
    int number = 1;
    for (int at = 0; at < bytes.length; at++) {
      if (bytes[at] == '\n') {
        Optional<JournalEvent> event = eventIn(bytes, start, at);
        if (event.isEmpty()) {
          if (at + 1 < bytes.length) {
            throw new RunFailed(
                file
                    + ":"
                    + number
                    + ": a damaged line in the journal of jobs; jobs that it named may still be"
                    + " paid for at the provider: cancel them there, then remove "
                    + file.getParent());
          }
          return start;
        }
        events.add(event.get());
        start = at + 1;
        number++;
      }
    }
    return start;
  }

  private static byte[] lineOf(JournalEvent event) throws IOException {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("event", event.getClass().getSimpleName());
    tree.setAll((ObjectNode) JSON.valueToTree(event));
    byte[] json = JSON.writeValueAsBytes(tree);
    byte[] checksum = (checksum(json) + " ").getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(checksum.length + json.length + 1)
        .put(checksum)
        .put(json)
        .put((byte) '\n')
        .array();
  }

  private static Optional<JournalEvent> eventIn(byte[] bytes, int from, int to) throws IOException {
    String line = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    if (line.length() <= CHECKSUM_DIGITS) {
      return Optional.empty();
    }
    String json = line.substring(CHECKSUM_DIGITS + 1);
    if (!line.startsWith(checksum(json.getBytes(StandardCharsets.UTF_8)) + " ")) {
      return Optional.empty();
    }
    try {
      ObjectNode tree = (ObjectNode) JSON.readTree(json);
      String kind = tree.remove("event").asText();
      if (!KINDS.containsKey(kind)) {
        throw new RunFailed(
            "the journal of jobs was written by a newer version (event "
                + kind
                + "); use that version");
      }
      return Optional.of(JSON.treeToValue(tree, KINDS.get(kind)));
    } catch (JsonProcessingException e) {
      throw new RunFailed("the journal of jobs was written by another version: " + line, e);
    }
  }

  private static String checksum(byte[] json) {
    CRC32C crc = new CRC32C();
    crc.update(json);
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
