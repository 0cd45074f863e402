/**
 * Where the parts meet: the provider that opens a judge on the PyTorch engine. Imports every room
 * of the module; none imports it.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.core;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
