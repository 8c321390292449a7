# SPDX-License-Identifier: MIT
# usage: gnuplot -e "series='FILE'" -e "picture='FILE.svg'" fleet.gp
set terminal svg size 760,520 dynamic background rgb 'white' font 'sans-serif,12'
set output picture
set multiplot layout 2,1 margins 0.12,0.97,0.1,0.96 spacing 0.08
set grid ytics lc rgb '#dddddd'
set border 3
set xtics nomirror 60
set ytics nomirror
set xrange [-300:600]
set key top left reverse Left
set arrow 1 from -60, graph 0 to -60, graph 1 nohead dt 3 lc rgb '#888888'
set arrow 2 from 0, graph 0 to 0, graph 1 nohead dt 3 lc rgb '#888888'
set label 1 'off' center at -30, graph 0.06 textcolor rgb '#888888'

set logscale y
set yrange [1:20000]
set format x ''
set ylabel 'requests a second'
plot series using 1:2 with steps lw 1.2 lc rgb '#d95f02' title 'without', \
     series using 1:3 with steps lw 1.2 lc rgb '#1b6ca8' title 'with manners', \
     100 with lines dt 2 lc rgb '#444444' title 'what the server can do'

unset logscale y
unset label 1
set yrange [0:100]
set format x '%g'
set xlabel 'seconds since the power came back'
set ylabel 'devices served, %'
unset key
plot series every 5 using 1:($1 < 0 ? 1/0 : $4) with lines lw 2 lc rgb '#d95f02' \
         title 'without', \
     series every 5 using 1:($1 < 0 ? 1/0 : $5) with lines lw 2 lc rgb '#1b6ca8' \
         title 'with manners'
