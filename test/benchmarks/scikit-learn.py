"""One thread of scikit-learn's k-means beside ours: answers each line on stdin with the seconds of one Lloyd iteration.

  OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 /usr/bin/python3 scikit-learn.py POINTS CENTROIDS DIMENSION

Both files are float32, row by row.
"""
import json
import sys
import time
import warnings

import numpy
import sklearn
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_info

points_file, centroids_file, dimension = sys.argv[1], sys.argv[2], int(sys.argv[3])
points = numpy.fromfile(points_file, dtype=numpy.float32).reshape(-1, dimension)
centroids = numpy.fromfile(centroids_file, dtype=numpy.float32).reshape(-1, dimension)
# That it has not converged is the point.
warnings.filterwarnings("ignore")


def fit(iterations):
    model = KMeans(
        n_clusters=len(centroids), init=centroids, n_init=1, max_iter=iterations, tol=0, algorithm="lloyd", copy_x=False
    )
    wall, cpu = time.perf_counter(), time.process_time()
    model.fit(points)
    if model.n_iter_ != iterations:
        raise SystemExit(f"{model.n_iter_} iterations, not {iterations}")
    return time.perf_counter() - wall, time.process_time() - cpu


# The reference BLAS, which this does not see, takes ten times as long: nobody who measures has that.
blas = [info["internal_api"] for info in threadpool_info() if info["user_api"] == "blas"]
print(json.dumps({"version": sklearn.__version__, "blas": blas[0] if blas else None}), flush=True)
for line in sys.stdin:
    more = int(line)
    # What a fit costs besides its iterations (checks, a last pass for the labels) is in both, and falls out.
    short, long = fit(1), fit(1 + more)
    print(json.dumps({"wall": (long[0] - short[0]) / more, "cpu": (long[1] - short[1]) / more}), flush=True)
