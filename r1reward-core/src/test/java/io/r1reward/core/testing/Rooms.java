package io.r1reward.core.testing;

import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.SetMultimap;
import com.google.common.collect.TreeMultimap;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/** The packages of a module and which of them use which, as the compiled classes say. */
public final class Rooms {
  private final String root;
  private final SetMultimap<String, String> arrows = TreeMultimap.create();
  private final Set<String> rooms = new HashSet<>();
  private final Set<String> internal = new HashSet<>();

  private Rooms(String root) {
    this.root = root;
  }

  /** Looks at a package and all below it, tests left out. */
  public static Rooms below(String root) {
    Rooms found = new Rooms(root);
    for (JavaClass each :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/testing/"))
            .importPackages(root)) {
      found.rooms.add(found.room(each));
      if (each.isAnnotatedWith(API.class)
          && each.getAnnotationOfType(API.class).status() == API.Status.INTERNAL) {
        found.internal.add(each.getPackageName()); // it is the package's note
      }
      for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (target.getPackageName().startsWith(root)
            && !found.room(target).equals(found.room(each))) {
          found.arrows.put(found.room(each), found.room(target));
        }
      }
    }
    return found;
  }

  private String room(JavaClass each) {
    String name = each.getPackageName();
    return name.equals(root) ? "." : name.substring(root.length() + 1);
  }

  /** Returns which rooms each room uses, in alphabetical order; the root is a dot. */
  public Map<String, String> arrows() {
    Map<String, String> lines = new TreeMap<>();
    for (String room : ImmutableSortedSet.copyOf(rooms)) {
      lines.put(room, arrows.get(room).stream().collect(Collectors.joining(" ")));
    }
    return lines;
  }

  /** Returns the package that was looked at. */
  public String root() {
    return root;
  }

  /** Returns the packages that are marked as internal. */
  public Set<String> internal() {
    return ImmutableSortedSet.copyOf(internal);
  }

  /** Returns the packages below a root that a build leaves out when it compares releases. */
  public static Set<String> excluded(Path pom, String root) throws IOException {
    return Pattern.compile("<exclude>(io\\.r1reward[\\w.]*)</exclude>")
        .matcher(Files.readString(pom))
        .results()
        .map(match -> match.group(1))
        .filter(name -> name.equals(root) || name.startsWith(root + "."))
        .collect(ImmutableSortedSet.toImmutableSortedSet(String::compareTo));
  }

  /** Returns the rooms from which an arrow leads back to themselves, over others or not. */
  public Set<String> inCircles() {
    return rooms.stream()
        .filter(room -> reachable(room).contains(room))
        .collect(ImmutableSortedSet.toImmutableSortedSet(String::compareTo));
  }

  private Set<String> reachable(String from) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(arrows.get(from));
    while (!open.isEmpty()) {
      String next = open.pop();
      if (seen.add(next)) {
        open.addAll(arrows.get(next));
      }
    }
    return seen;
  }
}
