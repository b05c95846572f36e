package dev.embedctl.provider.remote;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The targets in a {@code NO_PROXY} variable, separated by commas or white space: {@code *} for
 * all; a domain with its subdomains, with or without a leading dot; an IP address; or a range such
 * as {@code 10.0.0.0/8}. With {@code :PORT} an entry applies to that port only. Names are not
 * resolved: a range applies only to targets that are given as addresses.
 */
record NoProxy(List<Excepted> exceptions) {
  private static final Pattern WITH_PORT = Pattern.compile("(\\[.*]|[^:]*)(?::(\\d{1,5}))?");
  private static final Pattern IP_V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  /** Targets that are called directly. */
  private interface Excepted {
    boolean covers(String host, int port);
  }

  /** Parses the value of the variable. */
  static NoProxy of(String value) {
    return new NoProxy(
        Arrays.stream(value.toLowerCase(Locale.ROOT).split("[\\s,]+"))
            .filter(entry -> !entry.isEmpty())
            .map(NoProxy::exception)
            .toList());
  }

  /** Whether a target is called directly. */
  boolean covers(String host, int port) {
    String plain = plain(host.toLowerCase(Locale.ROOT));
    return exceptions.stream().anyMatch(exception -> exception.covers(plain, port));
  }

  private static Excepted exception(String entry) {
    if (entry.equals("*")) {
      return (host, port) -> true;
    }
    if (entry.contains("/")) {
      return range(entry);
    }
    Matcher parts = WITH_PORT.matcher(entry);
    boolean split = parts.matches(); // an IPv6 address without brackets has more colons
    String name = plain(split ? parts.group(1) : entry).replaceFirst("^\\*?\\.", "");
    OptionalInt only =
        split && parts.group(2) != null
            ? OptionalInt.of(Integer.parseInt(parts.group(2)))
            : OptionalInt.empty();
    return (host, port) ->
        (only.isEmpty() || only.getAsInt() == port)
            && (host.equals(name) || host.endsWith("." + name) || sameAddress(host, name));
  }

  private static Excepted range(String entry) {
    String[] parts = entry.split("/", 2);
    Optional<InetAddress> first = address(plain(parts[0]));
    if (first.isEmpty() || !parts[1].matches("\\d{1,3}")) {
      return (host, port) -> false; // ignores an invalid entry, as other programs do
    }
    byte[] bytes = first.get().getAddress();
    int free = Math.max(0, 8 * bytes.length - Integer.parseInt(parts[1]));
    return (host, port) ->
        address(host)
            .map(InetAddress::getAddress)
            .filter(other -> other.length == bytes.length)
            .map(other -> new BigInteger(other).xor(new BigInteger(bytes)).shiftRight(free))
            .filter(difference -> difference.signum() == 0)
            .isPresent();
  }

  private static boolean sameAddress(String host, String name) {
    Optional<InetAddress> address = address(host);
    return address.isPresent() && address.equals(address(name));
  }

  /** A text as an IP address; names are not resolved. */
  static Optional<InetAddress> address(String text) {
    if (!text.contains(":") && !IP_V4.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text));
    } catch (UnknownHostException e) {
      return Optional.empty(); // has colons or digits, but is not an address
    }
  }

  /** A host without the brackets of an IPv6 address or the trailing dot of a name. */
  static String plain(String host) {
    return host.replaceFirst("^\\[(.*)]$", "$1").replaceFirst("\\.$", "");
  }
}
