#!/bin/bash
# The full comparison: run_all.sh [VIEWER ...]; about 12 minutes a viewer.  Every section takes the lock by itself.
cd "$(dirname "$0")"; P=${FBENCH_PYTHON:-../../../.venv/bin/python}
V=${*:-skyloupe ds9 floor}
for v in $V; do
  timeout 900 $P fbench.py launch $v card4k_u16.fits -n 7
  timeout 900 $P fbench.py launch $v card4k_u16.fits -n 3 --cold --tag cold
  timeout 900 $P fbench.py launch $v card2k_f32.fits -n 5
  case $v in floor*) big="card16k_u16.fits card16k_f32.fits";; *) big="card8k_rice.fits card16k_u16.fits card16k_f32.fits cube100_2k_f32.fits";; esac
  timeout 1800 $P fbench.py launch $v $big -n 3
  timeout 900 $P fbench.py interact $v card4k_u16.fits -n 5
  [ $v = siril ] || timeout 900 $P fbench.py interact $v card16k_f32.fits -n 3
  timeout 600 $P fbench.py next $v card4k_u16.fits card4k_u16_b.fits -n 4
  timeout 600 $P fbench.py next $v card2k_f32.fits card2k_f32_b.fits -n 4
done
