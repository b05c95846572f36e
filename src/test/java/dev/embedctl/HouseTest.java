package dev.embedctl;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.embedctl.cli.console.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The house's floors and rooms. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HouseTest {
  /**
   * Not static: what is read of the classes fills hundreds of megabytes, and goes with the test.
   */
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.embedctl");

  @Test
  void importsGoOnlyDownwardAndTheRoomsOfTheSecondFloorAreStrangers() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .optionalLayer("spark") // compiled by its profile only
        .definedBy("dev.embedctl.spark..")
        .layer("cli")
        .definedBy("dev.embedctl.cli..")
        .layer("report")
        .definedBy("dev.embedctl.report..")
        .layer("doctor")
        .definedBy("dev.embedctl.doctor..")
        .layer("verify")
        .definedBy("dev.embedctl.verify..")
        .layer("search")
        .definedBy("dev.embedctl.search..")
        .layer("jobs")
        .definedBy("dev.embedctl.jobs..")
        .layer("service")
        .definedBy("dev.embedctl.service..")
        .layer("pipeline")
        .definedBy("dev.embedctl.pipeline..")
        .layer("io")
        .definedBy("dev.embedctl.io..")
        .layer("cache")
        .definedBy("dev.embedctl.cache..")
        .layer("provider")
        .definedBy("dev.embedctl.provider..")
        .layer("model")
        .definedBy("dev.embedctl.model..")
        .whereLayer("spark")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("cli")
        .mayOnlyBeAccessedByLayers("spark")
        .whereLayer("report")
        .mayOnlyBeAccessedByLayers("spark", "cli")
        .whereLayer("doctor")
        .mayOnlyBeAccessedByLayers("spark", "cli", "report")
        .whereLayer("verify")
        .mayOnlyBeAccessedByLayers("spark", "cli", "report")
        .whereLayer("search")
        .mayOnlyBeAccessedByLayers("spark", "cli", "report")
        .whereLayer("jobs")
        .mayOnlyBeAccessedByLayers("spark", "cli", "report")
        .whereLayer("service")
        .mayOnlyBeAccessedByLayers("spark", "cli", "report", "doctor", "verify", "search")
        .whereLayer("pipeline")
        .mayOnlyBeAccessedByLayers(
            "spark", "cli", "report", "doctor", "verify", "search", "jobs", "service")
        .whereLayer("io")
        .mayOnlyBeAccessedByLayers(
            "spark", "cli", "report", "doctor", "verify", "search", "jobs", "service", "pipeline")
        .whereLayer("cache")
        .mayOnlyBeAccessedByLayers(
            "spark", "cli", "report", "doctor", "verify", "search", "jobs", "service", "pipeline")
        .whereLayer("provider")
        .mayOnlyBeAccessedByLayers(
            "spark", "cli", "report", "doctor", "verify", "search", "jobs", "service", "pipeline")
        .ensureAllClassesAreContainedInArchitecture()
        .check(classes);
  }

  @Test
  void theRoomsOfInputAndOutputImportOnlyTheOnesBelowThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("readback")
        .definedBy("dev.embedctl.io.readback..")
        .layer("output")
        .definedBy("dev.embedctl.io.output..")
        .layer("input")
        .definedBy("dev.embedctl.io.input..")
        .layer("bytes")
        .definedBy("dev.embedctl.io.bytes..")
        .whereLayer("readback")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("output")
        .mayOnlyBeAccessedByLayers("readback")
        .whereLayer("input")
        .mayOnlyBeAccessedByLayers("readback", "output")
        .check(classes);
  }

  @Test
  void theRoomsOfTheCommandLineAreStackedWithMainOnTop() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("manual")
        .definedBy("dev.embedctl.cli.manual..")
        .layer("main")
        .definedBy("dev.embedctl.cli")
        .layer("batch")
        .definedBy("dev.embedctl.cli.batch..")
        .layer("startup")
        .definedBy("dev.embedctl.cli.startup..")
        .layer("options")
        .definedBy("dev.embedctl.cli.options..")
        .layer("config")
        .definedBy("dev.embedctl.cli.config..")
        .layer("console")
        .definedBy("dev.embedctl.cli.console..")
        .whereLayer("manual")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("main")
        .mayOnlyBeAccessedByLayers("manual")
        .whereLayer("batch")
        .mayOnlyBeAccessedByLayers("main")
        .whereLayer("startup")
        .mayOnlyBeAccessedByLayers("main")
        .whereLayer("options")
        .mayOnlyBeAccessedByLayers("main", "batch")
        .whereLayer("config")
        .mayOnlyBeAccessedByLayers("main", "batch", "options", "startup")
        .check(classes);
  }

  /** Whoever wrote there could let loose on a terminal what a server says. */
  @Test
  void nobodyWritesAroundTheFilterOfTheConsole() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.embedctl.cli.console.Console")
        .and()
        .doNotHaveFullyQualifiedName("dev.embedctl.cli.batch.Progress")
        .and()
        .doNotHaveFullyQualifiedName("dev.embedctl.cli.PullProgress")
        .should()
        .callMethod(Console.class, "err")
        .check(classes);
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.embedctl.cli.batch.BatchRun") // vectors
        .and()
        .doNotHaveFullyQualifiedName("dev.embedctl.cli.CacheCommand") // vectors
        .and()
        .doNotHaveFullyQualifiedName("dev.embedctl.cli.ReportCommand") // a page
        .and()
        .doNotHaveFullyQualifiedName("dev.embedctl.cli.Main") // help
        .should()
        .callMethod(Console.class, "out")
        .check(classes);
  }

  @Test
  void theRoomsOfRemoteProvidersImportOnlyTheOnesBelowThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("http")
        .definedBy("dev.embedctl.provider.remote")
        .layer("api")
        .definedBy("dev.embedctl.provider.remote.api..")
        .layer("aws")
        .definedBy("dev.embedctl.provider.remote.aws..")
        .layer("auth")
        .definedBy("dev.embedctl.provider.remote.auth..")
        .layer("token")
        .definedBy("dev.embedctl.provider.remote.token..")
        .layer("errors")
        .definedBy("dev.embedctl.provider.remote.errors..")
        .layer("plain")
        .definedBy("dev.embedctl.provider.remote.plain..")
        .whereLayer("http")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("api")
        .mayOnlyBeAccessedByLayers("http")
        .whereLayer("aws")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("auth")
        .mayOnlyBeAccessedByLayers("http", "api", "aws", "token")
        .whereLayer("token")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("plain")
        .mayOnlyBeAccessedByLayers("api")
        .check(classes);
  }

  /**
   * Classes that need each other are one class in several files. Left is a class with its builder;
   * what a sealed type permits does not count.
   */
  @Test
  void noClassesGoInCircles() {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (JavaClass each : classes) {
      for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
        String from = topLevel(each);
        String to = topLevel(dependency.getTargetClass());
        if (to.startsWith("dev.embedctl.") && !to.equals(from)) {
          uses.computeIfAbsent(from, any -> new TreeSet<>()).add(to);
        }
      }
    }
    Set<String> circular = new TreeSet<>();
    for (String from : uses.keySet()) {
      if (reachable(from, uses).contains(from)) {
        circular.add(from.replace("dev.embedctl.", ""));
      }
    }
    assertEquals(Set.of("service.EmbeddingService", "service.EmbeddingServiceBuilder"), circular);
  }

  private static String topLevel(JavaClass type) {
    String name = type.getBaseComponentType().getName();
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  private static Set<String> reachable(String from, Map<String, Set<String>> uses) {
    Set<String> reached = new HashSet<>();
    Deque<String> next = new ArrayDeque<>(uses.getOrDefault(from, Set.of()));
    while (!next.isEmpty()) {
      String type = next.remove();
      if (reached.add(type)) {
        next.addAll(uses.getOrDefault(type, Set.of()));
      }
    }
    return reached;
  }

  @Test
  void theTestsOfTheSecondFloorDoWithoutTheCommandLine() {
    JavaClasses withTests = new ClassFileImporter().importPackages("dev.embedctl");
    assertTrue(withTests.contain(HouseTest.class), "the classes of tests are read");
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.embedctl.model..",
            "dev.embedctl.cache..",
            "dev.embedctl.io..",
            "dev.embedctl.provider..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.embedctl.cli..")
        .check(withTests);
  }

  @Test
  void noRoomHoldsMoreThanFiftyFiles() {
    Map<String, Long> crowded =
        classes.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(type -> !type.getSimpleName().endsWith("Model") || isWritten(type))
            .collect(groupingBy(JavaClass::getPackageName, counting()));
    crowded.values().removeIf(files -> files <= 50);
    assertEquals(Map.of(), crowded);
  }

  /** Whether a class has a source file of its own; the build writes the models of commands. */
  private static boolean isWritten(JavaClass type) {
    return Files.exists(
        Path.of(System.getProperty("embedctl.basedir"), "src/main/java")
            .resolve(type.getName().replace('.', '/') + ".java"));
  }

  @Test
  void theVocabularyKnowsNobody() {
    noClasses()
        .that()
        .resideInAPackage("dev.embedctl.model..")
        .should()
        .dependOnClassesThat(
            describe(
                "are of other rooms",
                (JavaClass other) ->
                    other.getPackageName().startsWith("dev.embedctl.")
                        && !other.getPackageName().startsWith("dev.embedctl.model")))
        .check(classes);
  }

  @Test
  void onlyTheCommandLineTouchesTheProcess() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.embedctl.cli..", "dev.embedctl.spark..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .check(classes);
  }

  /** Messages name a {@code Parameter}, which the command line shows as its option. */
  @Test
  void onlyTheCommandLineNamesOptions() throws IOException {
    Pattern option = Pattern.compile("^(?!\\s*[/*]).*\"[^\"]*(?<![-\\w])--[a-z]");
    Path sources = Path.of(System.getProperty("embedctl.basedir"), "src/main/java/dev/embedctl");
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.startsWith(sources.resolve("cli"))) {
          Files.readAllLines(file).stream()
              .filter(line -> option.matcher(line).find() && !line.contains("zstd -dc"))
              .forEach(line -> lines.add(sources.relativize(file) + ": " + line.strip()));
        }
      }
    }
    assertEquals(List.of(), lines);
  }

  @Test
  void onlyMainSetsSystemProperties() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.embedctl.cli.Main")
        .should()
        .callMethod(System.class, "setProperty", String.class, String.class)
        .check(classes);
  }

  @Test
  void mapDbStaysInTheSealedIndex() {
    noClasses()
        .that()
        .haveNameNotMatching("dev\\.embedctl\\.cache\\.SealedIndex.*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.mapdb..")
        .check(classes);
  }

  @Test
  void zstdStaysInItsStreamAndItsFrame() {
    noClasses()
        .that()
        .haveNameNotMatching("dev\\.embedctl\\.io\\.bytes\\.Zstd(Stream|Frame).*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.github.luben..")
        .check(classes);
  }

  @Test
  void sparkStaysInItsRoom() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.embedctl.spark..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..")
        .check(classes);
  }

  @Test
  void picocliStaysInTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.embedctl.cli..", "dev.embedctl.spark..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(classes);
  }

  @Test
  void theModelsEngineStaysInTheLocalProvider() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.embedctl.provider.local..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.onnxruntime..", "ai.djl..")
        .check(classes);
  }

  @Test
  void nobodyLogs() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.logging..", "org.slf4j..")
        .check(classes);
  }

  @Test
  void noMethodIsSynchronizedSinceVirtualThreadsWaitOnThem() {
    noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED).check(classes);
  }
}
