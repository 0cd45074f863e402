/**
 * What a user of the library programs against. Engines are modules, or jars on the class path, that
 * provide a {@link io.r1reward.spi.RewardModelProvider}.
 */
module io.r1reward {
  requires static org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive java.desktop;

  exports io.r1reward;
  exports io.r1reward.spi;

  uses io.r1reward.spi.CheckpointSource;
  uses io.r1reward.spi.RewardModelProvider;
}
