package dev.embedctl.cache;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * Makes the keys of one spec: SHA-256 over a format version and the spec's fields, each with its
 * length before it so that no two specs run together, then the text's UTF-8 bytes.
 *
 * <p>A key contains only what the vector depends on. So the treatment of long texts is not part of
 * the key of a short text, and requesting the model's own dimensions is the same as requesting
 * none. Vectors that older versions stored under other keys are found too.
 *
 * <p>Thread-safe if the check of whole texts is: the beginnings of keys are only cloned.
 */
public final class CacheKeys {
  private static final String FORMAT = "embedctl-key-1";

  private final EmbeddingSpec spec;
  private final Predicate<String> isWhole;
  private final List<MessageDigest> ofWhole;
  private final List<MessageDigest> ofPerhapsCut;

  /** The keys of a spec if it is unknown whether the model cuts texts. */
  public CacheKeys(EmbeddingSpec spec) {
    this(spec, text -> false);
  }

  /**
   * The keys of a spec.
   *
   * @param isWhole whether the model surely takes a text without cutting it
   */
  public CacheKeys(EmbeddingSpec spec, Predicate<String> isWhole) {
    KeptSpecs kept = new KeptSpecs(spec);
    this.spec = spec;
    this.isWhole = isWhole;
    this.ofWhole = kept.ofWhole().stream().map(CacheKeys::digestOf).toList();
    this.ofPerhapsCut = kept.ofPerhapsCut().stream().map(CacheKeys::digestOf).toList();
  }

  /** The key of a text. */
  public CacheKey keyOf(String text) {
    // If no text is cut, all keys begin alike, and checking each text would take long.
    boolean whole = spec.oversize() != Oversize.TRUNCATE || isWhole.test(text);
    return keyOf(text, (whole ? ofWhole : ofPerhapsCut).getFirst());
  }

  /**
   * The vectors of texts in a cache, found under any of their keys, by {@link #keyOf}.
   *
   * @param asked the texts by their keys
   */
  public Map<CacheKey, Vector> find(VectorCache cache, Map<CacheKey, String> asked)
      throws IOException {
    List<CacheKey> keys = List.copyOf(asked.keySet());
    return find(cache, keys, position -> asked.get(keys.get(position))).byKey(keys);
  }

  /**
   * The vectors of texts in a cache, found under any of their keys.
   *
   * @param keys by {@link #keyOf}
   * @param texts the text of the key at a position
   */
  public VectorCache.Found find(VectorCache cache, List<CacheKey> keys, IntFunction<String> texts)
      throws IOException {
    VectorCache.Found found = cache.find(keys);
    if (found.isWhole() || (hasOneKeyForEach() && cache.hasOnlyOwn())) {
      return found;
    }
    Map<CacheKey, CacheKey> others = new HashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      if (!found.has(i)) {
        CacheKey key = keys.get(i);
        String text = texts.apply(i);
        List<MessageDigest> digests = digestsFor(text);
        for (int other = 1; other < digests.size(); other++) {
          others.put(keyOf(text, digests.get(other)), key);
        }
      }
    }
    if (!others.isEmpty()) {
      Map<CacheKey, Vector> more = new HashMap<>();
      cache
          .lookup(List.copyOf(others.keySet()))
          .forEach(
              (other, vector) -> {
                if (spec.dimensions().orElse(vector.dimensions()) == vector.dimensions()) {
                  more.putIfAbsent(others.get(other), vector);
                }
              });
      found.putMissing(keys, more);
    }
    return found;
  }

  /**
   * Whether a run stores each text under one key; if long texts are cut, it may learn that a text
   * is one of them.
   */
  private boolean hasOneKeyForEach() {
    return spec.oversize() != Oversize.TRUNCATE;
  }

  /** The beginnings of the keys of a text. */
  private List<MessageDigest> digestsFor(String text) {
    return isWhole.test(text) ? ofWhole : ofPerhapsCut;
  }

  private static CacheKey keyOf(String text, MessageDigest specDigest) {
    try {
      MessageDigest started = (MessageDigest) specDigest.clone();
      return CacheKey.ofBytes(started.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 of this JDK cannot be cloned", e);
    }
  }

  /**
   * The spec in whose folder the vectors of a run are stored. It differs from the spec that was
   * asked for only in what does not change a vector.
   */
  public static EmbeddingSpec homeOf(EmbeddingSpec asked) {
    return new KeptSpecs(asked).home();
  }

  /** The hash of a spec as 64 hexadecimal digits. */
  public static String nameOf(EmbeddingSpec spec) {
    return CacheKey.ofBytes(digestOf(spec).digest()).hex();
  }

  private static MessageDigest digestOf(EmbeddingSpec spec) {
    MessageDigest digest = sha256();
    add(digest, FORMAT);
    add(digest, spec.provider());
    add(digest, spec.endpoint());
    add(digest, spec.model());
    add(digest, spec.dimensions().isPresent() ? "" + spec.dimensions().getAsInt() : "");
    add(digest, spec.inputType().map(InputType::name).orElse(""));
    add(digest, spec.oversize().name());
    add(digest, spec.revision());
    return digest;
  }

  private static void add(MessageDigest digest, String field) {
    byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
