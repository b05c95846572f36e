package dev.embedctl.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class CacheKeysTest {
  @Test
  void aKeyIsTheSameInEveryRelease() {
    // Were this to change, every cache in the world would be paid for again.
    assertEquals(
        "77bd9405bd34d9eb2464b27524ad575f3973df5668abf7bff3ea1d7034b7a739",
        new CacheKeys(Samples.SPEC).keyOf("Grüße, Jürgen ❤").hex());
  }

  @Test
  void aKeySurvivesEveryWayItIsWritten() {
    CacheKey key = Samples.key(1);
    assertEquals(key, CacheKey.ofHex(key.hex()));
    assertEquals(key, CacheKey.ofBytes(key.bytes()));
    ByteBuffer buffer = ByteBuffer.allocate(40);
    key.writeTo(buffer, 5);
    assertEquals(key, CacheKey.readFrom(buffer, 5));
    assertFalse(key.isAt(buffer, 4));
  }

  @Test
  void textsThatLookAlikeHaveDifferentKeys() {
    CacheKeys keys = new CacheKeys(Samples.SPEC);
    assertNotEquals(keys.keyOf("a"), keys.keyOf("a "));
    assertNotEquals(keys.keyOf("\u00e9"), keys.keyOf("e\u0301"));
    assertEquals(keys.keyOf("a"), keys.keyOf("a"));
  }
}
