package dev.embedctl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** An archive, and how those unpack it who fetch it. */
enum Archive {
  ZIP("embedctl", ".zip", "unzip -q FILE -d FOLDER"),
  TGZ("embedctl", ".tgz", "tar -xf FILE -C FOLDER"),
  STANDALONE("embedctl-standalone", ".tgz", "tar -xf FILE -C FOLDER"),
  DEBIAN("embedctl-deb", ".deb", "dpkg-deb -x FILE FOLDER");

  private final String assembler;
  private final String suffix;
  private final String unpacking;

  Archive(String assembler, String suffix, String unpacking) {
    this.assembler = assembler;
    this.suffix = suffix;
    this.unpacking = unpacking;
  }

  boolean bringsItsJava() {
    return this == STANDALONE || this == DEBIAN;
  }

  /** Where it lies among the packages. */
  Path file(Path packages) {
    return oneOf(
        files(packages.resolve("assemble").resolve(assembler)).stream()
            .filter(file -> file.toString().endsWith(suffix))
            .toList());
  }

  /** Unpacks it below a folder; returns the installation. */
  Path unpack(Path packages, Path folder) {
    String program = unpacking.substring(0, unpacking.indexOf(' '));
    assumeTrue(Tools.onPath(program).isPresent(), "no " + program + " here");
    try {
      Path into = Files.createDirectory(folder.resolve(name()));
      Tools.said(
          Arrays.stream(unpacking.split(" "))
              .map(word -> word.equals("FILE") ? file(packages).toString() : word)
              .map(word -> word.equals("FOLDER") ? into.toString() : word)
              .toList());
      if (this == DEBIAN) {
        return into.resolve("opt/embedctl");
      }
      try (Stream<Path> roots = Files.list(into)) {
        return oneOf(roots.toList());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path oneOf(List<Path> files) {
    assertEquals(1, files.size(), files::toString);
    return files.getFirst();
  }

  static List<Path> files(Path below) {
    try (Stream<Path> files = Files.walk(below)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
